from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

import pytest

from models.publication import Headers, SourceReader
from streams.kafka.micro_batch import MicroBatch, MicroBatchBuilder, joined


@dataclass
class Record:
    """The fields of aiokafka's record that matter."""

    offset: int
    value: bytes | None = b"{}"
    key: bytes | None = b"7"
    timestamp: int = 1000
    headers: Headers = field(default_factory=list)


def batch_of(*offsets: int) -> MicroBatch:
    columns = MicroBatchBuilder(3, SourceReader())
    columns.extend([Record(offset, value=b"%d" % offset) for offset in offsets], since=0)
    return columns.batch("users", UUID(int=1), offsets[0], offsets[-1] + 1)


def test_offsets_without_gaps_take_no_memory() -> None:
    assert batch_of(5, 6, 7).offsets == range(5, 8)


def test_gaps_in_offsets_are_kept() -> None:
    batch = batch_of(5, 9)
    assert (list(batch.offsets), batch.next_offset) == ([5, 9], 10)


def test_the_rest_after_an_offset_keeps_records_and_their_columns_together() -> None:
    rest = batch_of(5, 6, 9).since(6, excluded=())
    assert rest is not None
    assert (list(rest.offsets), list(rest.values), list(rest.lines)) == ([6, 9], [b"6", b"9"], [6, 9])


def test_excluded_records_are_left_out() -> None:
    rest = batch_of(5, 6, 9).since(0, excluded={6})
    assert rest is not None
    assert list(rest.offsets) == [5, 9]


def test_nothing_is_left_of_a_batch_that_was_applied() -> None:
    assert batch_of(5, 6).since(7, excluded=()) is None


@pytest.mark.parametrize("count", [2, 3, 8])
def test_halves_hold_every_record_once(count: int) -> None:
    batch = batch_of(*range(10, 10 + count))
    first, second = batch.halves()
    assert [*first.offsets, *second.offsets] == list(batch.offsets)


def test_a_batch_says_where_it_is() -> None:
    assert str(batch_of(5, 6)) == "users[3] offsets 5..6"


def test_keys_are_kept_of_records_without_value_only_and_found_in_any_part() -> None:
    columns = MicroBatchBuilder(3, SourceReader())
    columns.extend([Record(5), Record(6, value=None, key=b"17"), Record(8, value=None, key=None)], since=0)
    batch = columns.batch("users", UUID(int=1), 5, 9)
    assert dict(batch.keys) == {6: b"17", 8: None}
    rest = batch.since(6, excluded=())
    assert rest is not None
    assert [rest.key_at(index) for index in range(2)] == [b"17", None]


def test_records_below_where_a_fetch_begins_are_left_out() -> None:
    columns = MicroBatchBuilder(3, SourceReader())
    columns.extend([Record(4), Record(5), Record(6)], since=5)
    assert columns.offsets == [5, 6]


@pytest.mark.parametrize("most", [1, 2, 3, 7, 8])
def test_parts_follow_on_each_other_and_joined_are_the_batch_again(most: int) -> None:
    batch = batch_of(*range(10, 16), 18)
    parts = batch.parts(most)
    assert max(len(part.offsets) for part in parts) <= most
    assert [part.position for part in parts] == [10, *(part.next_offset for part in parts[:-1])]
    [again] = joined(parts)
    assert (list(again.offsets), list(again.values), list(again.lines), again.position) == (
        list(batch.offsets),
        list(batch.values),
        list(batch.lines),
        batch.position,
    )


def test_joined_batches_keep_all_keys() -> None:
    columns = MicroBatchBuilder(3, SourceReader())
    columns.extend([Record(5, value=None, key=b"1"), Record(6, value=None, key=b"2")], since=0)
    batch = columns.batch("users", UUID(int=1), 5, 7)
    [again] = joined(batch.parts(1))
    assert dict(again.keys) == {5: b"1", 6: b"2"}


def test_the_last_part_of_a_batch_ends_behind_what_holds_no_record() -> None:
    columns = MicroBatchBuilder(3, SourceReader())
    columns.extend([Record(5), Record(6), Record(7)], since=0)
    batch = columns.batch("users", UUID(int=1), 5, 10)
    assert [(part.position, part.next_offset) for part in batch.parts(2)] == [(5, 7), (7, 10)]
    [again] = joined(batch.parts(2))
    assert again.next_offset == 10


def test_a_batch_without_records_says_where_it_is_and_has_no_rest() -> None:
    batch = MicroBatchBuilder(3, SourceReader()).batch("users", UUID(int=1), 5, 7)
    assert str(batch) == "users[3] offsets 5..6"
    assert batch.since(0, excluded=()) is None
    assert batch.parts(1) == [batch]
