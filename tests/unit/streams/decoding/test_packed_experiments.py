from __future__ import annotations

import re
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rows import MAX_COMPOUNDS, PLAIN_RUN_TIME, WHOLE_ID
from streams.columns.byte_column import byte_column
from streams.decoding import row_decoder
from streams.decoding.packed_experiments import PackedExperiments, joined_experiments, packed, packed_at

IDS = st.one_of(st.integers(1, 300), st.integers(1, 10**18 - 1))
RUN_TIMES = st.one_of(
    st.from_regex(r"\A(0|[1-9][0-9]{0,11})(\.[0-9]{1,3})?\Z"),
    st.sampled_from(["0", "0.0", "0.001", "0.10", "12.500", "999999999999.999"]),
)


def value(experiment_id: int, user_id: int, compounds: list[int], run_time: str) -> bytes:
    listed = ",".join(map(str, compounds))
    return (
        f'{{"experiment_id":{experiment_id},"user_id":{user_id},'
        f'"experiment_compound_ids":[{listed}],"experiment_run_time":{run_time}}}'
    ).encode()


VALUES = st.lists(st.builds(value, IDS, IDS, st.lists(IDS, max_size=5), RUN_TIMES), min_size=1, max_size=30)


def pack(values: list[bytes]) -> PackedExperiments:
    found = packed(byte_column(values))
    assert found is not None
    return found


def rows_of(found: PackedExperiments) -> list[tuple[int, int, list[int], int]]:
    compounds = iter(found.compound_ids.tolist())
    numbers = zip(
        found.experiment_ids.tolist(),
        found.user_ids.tolist(),
        found.listed.tolist(),
        found.thousandths.tolist(),
        strict=True,
    )
    return [(first, second, [next(compounds) for _ in range(listed)], last) for first, second, listed, last in numbers]


@given(VALUES)
def test_packed_values_are_what_decoding_gives(values: list[bytes]) -> None:
    decoded = row_decoder.EXPERIMENTS.decode(byte_column(values))
    assert not decoded.undecodable
    assert rows_of(pack(values)) == [
        (row.experiment_id, row.user_id, row.experiment_compound_ids, round(row.experiment_run_time * 1000))
        for row in decoded.rows
    ]


@given(VALUES, st.data())
def test_each_value_comes_back_byte_for_byte(values: list[bytes], data: st.DataObject) -> None:
    found = pack(values)
    assert list(found) == values
    start = data.draw(st.integers(0, len(values)))
    stop = data.draw(st.integers(start, len(values)))
    assert list(found[start:stop]) == values[start:stop]


@given(VALUES, VALUES)
def test_joined_they_are_one_after_the_other(first: list[bytes], second: list[bytes]) -> None:
    assert list(joined_experiments([pack(first), pack(second)])) == first + second


@given(VALUES, st.binary(max_size=9))
def test_values_are_packed_wherever_they_stand(values: list[bytes], between: bytes) -> None:
    block, starts = b"", []
    for each in values:
        starts.append(len(block) + len(between))
        block += between + each
    ends = np.array(starts) + np.array([len(each) for each in values])
    found = packed_at(block + between, np.array(starts), ends)
    assert found is not None
    assert list(found) == values


OF_OUR_FORM = re.compile(
    (
        rf'\{{"experiment_id":{WHOLE_ID},"user_id":{WHOLE_ID},'
        rf'"experiment_compound_ids":\[(?:{WHOLE_ID}(?:,{WHOLE_ID})*)?\],"experiment_run_time":{PLAIN_RUN_TIME}\}}'
    ).encode()
).fullmatch


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A value of which some characters are replaced, left out or doubled."""
    text = draw(st.builds(value, IDS, IDS, st.lists(IDS, max_size=5), RUN_TIMES))
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(text) - 1))
        stop = draw(st.integers(start, min(len(text), start + 30)))
        inserted = draw(st.one_of(st.just(text[start:stop] * 2), st.text("0123456789.,[]{}:e-", max_size=20)))
        text = text[:start] + (inserted.encode() if isinstance(inserted, str) else inserted) + text[stop:]
        if not text:
            break
    return text


@given(VALUES, damaged(), VALUES)
def test_exactly_the_values_of_our_form_are_packed(before: list[bytes], one: bytes, after: list[bytes]) -> None:
    found = packed(byte_column([*before, one, *after]))
    if OF_OUR_FORM(one):
        assert found is not None
        assert list(found) == [*before, one, *after]
    else:
        assert found is None


@pytest.mark.parametrize("count", [0, 1, 2, 50, MAX_COMPOUNDS])
def test_lists_of_any_length_are_packed(count: int) -> None:
    values = [value(7, 8, list(range(1, count + 1)), "1.5"), value(9, 10, [3], "2")]
    assert list(pack(values)) == values


GOOD = value(1, 2, [3], "4.5")


@pytest.mark.parametrize(
    "other",
    [
        None,
        b"",
        b"{}",
        GOOD.replace(b":1,", b":01,"),
        GOOD.replace(b":1,", b":0,"),
        GOOD.replace(b":1,", b":-1,"),
        GOOD.replace(b":1,", b":%d," % 10**18),
        GOOD.replace(b":1,", b": 1,"),
        GOOD.replace(b"4.5", b"4.5000"),
        GOOD.replace(b"4.5", b"4."),
        GOOD.replace(b"4.5", b"4.5e1"),
        GOOD.replace(b"4.5", b"1000000000000"),
        GOOD.replace(b"[3]", b"[3,]"),
        GOOD.replace(b"[3]", b"[,3]"),
        GOOD.replace(b"[3]", b"[3]]"),
        GOOD.replace(b"[3]", b"[3],[4]"),
        GOOD.replace(b"[3]", b"[03]"),
        GOOD.replace(b"[3]", b"[%d]" % 10**18),
        GOOD.replace(b"4.5", b"04.5"),
        GOOD.replace(b"4.5", b".5"),
        GOOD.replace(b"4.5", b""),
        GOOD.replace(b"4.5", b"1:2"),
        GOOD.replace(b"[3]", b"[[3]]"),
        GOOD.replace(b"[3]", b"3"),
        GOOD.replace(b"}", b',"deleted":true}'),
        GOOD.replace(b'"user_id":2,', b""),
        GOOD + b"\n" + GOOD,
        GOOD + b"\n",
        value(1, 2, [1] * (MAX_COMPOUNDS + 1), "1"),
    ],
)
def test_values_of_another_form_are_not_packed(other: bytes | None) -> None:
    assert packed(byte_column([GOOD, other])) is None
    assert packed(byte_column([other, GOOD])) is None


def test_no_values_are_not_packed() -> None:
    assert packed(byte_column([])) is None


def test_small_numbers_take_little_memory() -> None:
    found = pack([value(number, 70_000, [1, 2], "1.5") for number in range(1, 1001)])
    sizes = [getattr(found, field.name).nbytes for field in fields(PackedExperiments)]
    assert sum(sizes) <= 14 * 1000
