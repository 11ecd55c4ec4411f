from __future__ import annotations

import numpy as np
import pytest
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given
from hypothesis import strategies as st

from producers.files.simple_blocks import MAX_LINE_BYTES, SimpleRows
from producers.kafka.block_encoding import MAX_VARINT, can_encode, encode, greatest_sizes, is_even
from producers.kafka.block_shares import Shares
from producers.kafka.record_batch import RecordBatch, encoded_headers

HEADERS = encoded_headers({"load": b"0190", "file": "Müller \x81\x83.csv".encode()}, "line")
LINE = st.builds(
    lambda first, second, listed, thousandths: f"{first},{second},{';'.join(map(str, listed))},{thousandths / 1000}",
    st.integers(1, 10**18 - 1),
    st.integers(0, 17).flatmap(lambda digits: st.integers(10**digits, 10 ** (digits + 1) - 1)),
    st.lists(st.integers(1, 10**18 - 1), max_size=90),
    st.integers(0, 10**6),
)


def rows_of(lines: list[str]) -> SimpleRows:
    text = "".join(f"{line}\n" for line in lines).encode()
    characters = np.frombuffer(text, np.uint8)
    return SimpleRows(text, np.flatnonzero((characters == ord(",")) | (characters == ord("\n"))).reshape(-1, 4))


def one_by_one(lines: list[str], first_line: int, order: list[int], before: int) -> bytes:
    batch = RecordBatch(0, HEADERS, 1 << 30)
    for _ in range(before):
        batch.append(b"", None, 0)
    skipped = batch.size()
    for row in order:
        experiment_id, user_id, compound_ids, run_time = lines[row].encode().split(b",")
        value = b'{"experiment_id":%b,"user_id":%b,"experiment_compound_ids":[%b],"experiment_run_time":%b}' % (
            experiment_id,
            user_id,
            compound_ids.replace(b";", b","),
            run_time,
        )
        batch.append(user_id, value, first_line + row)
    return b"".join(batch.parts())[skipped:]


@given(
    st.lists(LINE, min_size=1, max_size=40).flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))),
    st.sampled_from([1, 8, 95, 10**6 - 20, 10**12]),
    st.sampled_from([0, 1, 50, 63, 64, 2000, 8100]),
)
def test_the_records_are_those_that_are_made_one_by_one(
    shuffled: tuple[list[str], list[str]], first_line: int, before: int
) -> None:
    lines, permuted = shuffled
    order = sorted(range(len(lines)), key=lambda row: permuted[row])
    rows = rows_of(lines)
    deltas = np.arange(before, before + len(lines))
    records, lengths = encode(rows, first_line, HEADERS, np.array(order), deltas)
    assert records == one_by_one(lines, first_line, order, before)
    assert lengths.sum() == len(records)
    assert all(lengths <= greatest_sizes(rows, HEADERS)[order])


def test_the_longest_line_and_the_longest_headers_make_a_record_that_can_be_read() -> None:
    most = next(size for size in range(MAX_VARINT, 0, -1) if can_encode(bytes(size)))
    name = bytes(most - len(encoded_headers({"file": b""}, "line")) - 1)
    headers = encoded_headers({"file": name}, "line")
    assert can_encode(headers)
    line = f"{10**17},{10**17}," + ";".join(["1" * 18] * 105)
    line += ";1" * ((MAX_LINE_BYTES - len(line) - 6) // 2) + ",1.125"
    assert len(line) >= MAX_LINE_BYTES - 1
    batch = RecordBatch(0, headers, 1 << 20)
    one = np.array([0])
    batch.extend(encode(rows_of([line]), 10**18, headers, one, one)[0], 1)
    [record] = MemoryRecords(b"".join(batch.parts())).next_batch()
    assert record.headers == [("file", name), ("line", b"1" + b"0" * 18)]
    assert record.value.count(b",") == line.replace(";", ",").count(",")


@pytest.mark.parametrize("partitions", [1, 4, 300])
def test_rows_of_one_partition_stand_together_in_their_order(partitions: int) -> None:
    lines = [f"{number},{number % 7 + 1},1,2" for number in range(1, 200)]
    shares = Shares.of(rows_of(lines), np.full(199, 10), partitions)
    places = np.split(shares.order, np.cumsum(shares.counts)[:-1])
    assert sorted(shares.order.tolist()) == list(range(199))
    assert all(np.all(np.diff(place) > 0) for place in places)
    assert (shares.counts * 10 == shares.sizes).all()
    before = np.arange(partitions)
    expected = [start + number for start, place in enumerate(places) for number in range(len(place))]
    assert shares.deltas(before).tolist() == expected
    assert list(map(len, shares.cut(bytes(199), np.full(199, 1)))) == shares.counts.tolist()


@given(st.lists(LINE, min_size=2, max_size=9))
def test_halves_hold_what_the_whole_held(lines: list[str]) -> None:
    rows = rows_of(lines)
    first, second = rows.halves()
    assert first.text + second.text == rows.text
    assert first.count + second.count == rows.count
    assert (np.concatenate((first.ends, second.ends + len(first.text))) == rows.ends).all()


def test_one_long_line_among_many_short_ones_is_uneven() -> None:
    short, long = "1,2,3,4", "1,2," + ";".join(["1" * 18] * 90) + ",3"
    assert is_even(rows_of([short] * 10_000))
    assert is_even(rows_of([long] * 100))
    assert not is_even(rows_of([short] * 10_000 + [long]))
    assert is_even(rows_of([long]))
