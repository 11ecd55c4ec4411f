from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.columns.swar_text import MAX_DIGITS, TextAtOffsets

BLOCKS = st.one_of(
    st.binary(min_size=8, max_size=60),
    st.text(alphabet="0123456789:,", min_size=8, max_size=60).map(str.encode),
    st.text(alphabet="/09:\x00\x7f", min_size=8, max_size=60).map(str.encode),
)


def everywhere(block: bytes) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(-2, len(block) + 10)


@given(BLOCKS)
def test_words_are_the_next_eight_bytes_and_zeros_outside(block: bytes) -> None:
    places = everywhere(block)[2:]
    assert TextAtOffsets(block).words(places).tolist() == [
        int.from_bytes(block[place : place + 8], "little") for place in places
    ]


@given(BLOCKS)
def test_numbers_are_read_wherever_they_stand(block: bytes) -> None:
    places = everywhere(block)[2:]
    numbers, digits = TextAtOffsets(block).numbers(places)
    for place, number, count in zip(places.tolist(), numbers.tolist(), digits.tolist(), strict=True):
        found = re.match(rb"[0-9]*", block[place:])
        assert found is not None
        if len(found[0]) <= MAX_DIGITS:
            assert (count, number) == (len(found[0]), int(found[0] or b"0"))
        else:
            assert count > MAX_DIGITS


def test_numbers_of_many_places_are_read() -> None:
    block = b"12,34567,890123456789,"
    numbers, digits = TextAtOffsets(block).numbers(np.array([0, 3, 9, 2] * 10_000))
    assert (numbers.tolist(), digits.tolist()) == ([12, 34567, 890123456789, 0] * 10_000, [2, 5, 12, 0] * 10_000)


@given(BLOCKS, st.integers(1, 20))
def test_a_literal_is_found_where_it_stands_and_nowhere_else(block: bytes, length: int) -> None:
    text, literal = TextAtOffsets(block), block[3 : 3 + length]
    for place in everywhere(block).tolist():
        stands_there = place >= 0 and block[place : place + len(literal)] == literal
        assert text.all_read(np.array([3, place]), literal) == stands_there


def test_a_literal_is_looked_for_at_all_of_many_places() -> None:
    text, places = TextAtOffsets(b"abcabcabcabd"), np.array([0, 3, 6] * 10_000)
    assert text.all_read(places, b"abc")
    assert not text.all_read(np.append(places, 9), b"abc")
    assert text.all_read(places[:0], b"abc")


def test_characters_outside_of_the_block_are_those_at_its_ends() -> None:
    assert TextAtOffsets(b"abcdefgh").characters_at(np.array([-5, 0, 7, 8, 100])).tobytes() == b"aahhh"
