from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.kafka.record_batch_screening import Screened, screened
from tests.unit.streams.kafka.fetches import experiments

BATCHES = [experiments(1 + 10 * number, 3, 3 * number) for number in range(3)]
FETCH, END = b"".join(BATCHES), 9


def altered(batch: bytes, at: int, form: str, number: int) -> bytes:
    changed = bytearray(batch)
    struct.pack_into(form, changed, at, number)
    return bytes(changed)


ALTERED = {
    "checksum": altered(BATCHES[1], 100, "B", 7),
    "length too small": altered(BATCHES[1], 8, ">i", 5),
    "negative length": altered(BATCHES[1], 8, ">i", -7),
    "length too great": altered(BATCHES[1], 8, ">i", 1_000_000),
    "format": altered(BATCHES[1], 16, "b", 77),
    "offset beyond the end": altered(BATCHES[1], 0, ">q", 10**9),
    "offset of the past": altered(BATCHES[1], 0, ">q", 0),
    "last offset": altered(BATCHES[1], 23, ">i", -9),
    "cut off": BATCHES[1][:30],
}


@pytest.mark.parametrize("position", range(3))
def test_sound_batches_are_left_as_they_are(position: int) -> None:
    assert screened(FETCH, position, END) == Screened(FETCH, None)


@pytest.mark.parametrize("batch", ALTERED.values(), ids=ALTERED)
def test_what_is_before_a_damaged_batch_is_read_and_then_the_damage_is_seen_with_the_next_sound_one(
    batch: bytes,
) -> None:
    assert screened(BATCHES[0] + batch + BATCHES[2], 0, END) == Screened(BATCHES[0], None)
    sound, damage = screened(batch + BATCHES[2], 3, END)
    assert sound == b""
    assert damage is not None
    assert (damage.offset, damage.next_offset) == (3, 6)
    assert damage.reason


@pytest.mark.parametrize("batch", ALTERED.values(), ids=ALTERED)
def test_what_was_passed_over_is_not_in_the_way_of_what_comes_after_it(batch: bytes) -> None:
    assert screened(batch + BATCHES[2], 6, END) == Screened(BATCHES[2], None)


def test_a_last_batch_that_was_cut_off_is_left_for_the_next_fetch() -> None:
    assert screened(FETCH[:-10], 0, END) == Screened(BATCHES[0] + BATCHES[1], None)


@given(st.integers(0, len(BATCHES[1]) - 1), st.integers(1, 255))
def test_no_altered_byte_gives_other_records(at: int, change: int) -> None:
    batch = bytearray(BATCHES[1])
    batch[at] ^= change
    sound, damage = screened(bytes(batch), 3, END)
    # The leader's epoch means nothing to who reads.
    same_but_for_the_epoch = sound[:12] + BATCHES[1][12:16] + sound[16:]
    assert (sound == b"" and damage is not None) or same_but_for_the_epoch == BATCHES[1]


@given(st.binary(max_size=400), st.integers(0, 20))
def test_any_bytes_are_told_apart(fetched: bytes, position: int) -> None:
    sound, damage = screened(fetched, position, 20)
    assert damage is not None or sound in fetched
