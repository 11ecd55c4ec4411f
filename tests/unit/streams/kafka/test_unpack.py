from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from aiokafka.consumer.fetcher import READ_COMMITTED, FetchResult, PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from models.publication import SourceReader
from streams.decoding.decoded_values import DecodedValues
from streams.kafka.micro_batch import MicroBatch, MicroBatchBuilder
from streams.kafka.unpack import FEWEST_PLAIN, unpack, unpack_canonical
from tests.unit.streams.kafka.fetches import (
    PARTITION,
    ROWS,
    OtherRecord,
    contents,
    experiments,
    one_by_one,
    other_batch,
    our_batch,
    sealed,
    value,
)
from tests.unit.streams.transactional_logs import Log, logs

MOST = 1 << 30
POSITION = 5000


class Fetch:
    """What aiokafka keeps of a fetch, and the position that it remembers."""

    def __init__(self, buffer: bytes, position: int = POSITION, aborted: Sequence[tuple[int, int]] = ()) -> None:
        self.position = 0
        tp = TopicPartition("experiments", PARTITION)
        self.records = PartitionRecords(
            tp,
            MemoryRecords(buffer),
            aborted_transactions=list(aborted),
            fetch_offset=position,
            key_deserializer=None,
            value_deserializer=None,
            check_crcs=True,
            isolation_level=READ_COMMITTED,
        )
        state = SimpleNamespace(consumed_to=self._consumed_to)
        assignment = SimpleNamespace(state_value=lambda _: state)
        self.result: Any = FetchResult(tp, assignment=assignment, partition_records=self.records, backoff=0)

    def _consumed_to(self, position: int) -> None:
        self.position = position

    def plain(self, most: int = MOST) -> tuple[MicroBatch, int, int] | None:
        """Read by columns."""
        found = unpack_canonical(self.result, PARTITION, SourceReader(), most, ROWS)
        if found is None:
            return None
        records, position, next_position = found
        assert self.position == next_position
        return records.batch("experiments", UUID(int=1), position, next_position), position, next_position

    def any(self, most: int = MOST) -> tuple[MicroBatch, int, int]:
        """Read one by one."""
        columns = MicroBatchBuilder(PARTITION, SourceReader())
        position, next_position = unpack(self.result, columns, most)
        assert self.position == next_position
        return columns.batch("experiments", UUID(int=1), position, next_position), position, next_position


TWO_BATCHES = experiments(1, 300, POSITION) + experiments(301, 200, POSITION + 300)


@pytest.mark.parametrize("position", [POSITION, POSITION + 7])
def test_by_columns_comes_what_comes_one_by_one(position: int) -> None:
    plain, each = Fetch(TWO_BATCHES, position).plain(), Fetch(TWO_BATCHES, position).any()
    assert plain is not None
    assert isinstance(plain[0].values, DecodedValues)
    assert (contents(plain[0]), *plain[1:]) == (contents(each[0]), *each[1:])


def test_a_fetch_that_was_taken_is_let_go_of() -> None:
    fetch = Fetch(TWO_BATCHES)
    assert fetch.plain()
    assert not fetch.result.has_more()


def test_so_many_records_or_a_few_more_are_taken_and_the_rest_is_left() -> None:
    fetch = Fetch(TWO_BATCHES)
    first = fetch.plain(most=300)
    assert first is not None
    assert first[1:] == (POSITION, POSITION + 300)
    batch, position, next_position = fetch.any()
    assert (position, next_position) == (POSITION + 300, POSITION + 500)
    assert contents(batch) == contents(Fetch(TWO_BATCHES[-len(experiments(301, 200, 0)) :], position).any()[0])


def test_batches_that_are_cut_off_are_left() -> None:
    fetch = Fetch(TWO_BATCHES[:-1])
    first = fetch.plain()
    assert first is not None
    assert first[1:] == (POSITION, POSITION + 300)
    assert not fetch.result.has_more()


@pytest.mark.parametrize(
    "second",
    [
        experiments(301, 300, POSITION + 300, published_ms=1001),
        experiments(301, 300, POSITION + 301),
    ],
)
def test_another_time_of_publication_or_a_gap_begins_another_batch(second: bytes) -> None:
    fetch = Fetch(experiments(1, 300, POSITION) + second)
    first, rest = fetch.plain(), fetch.plain()
    assert first is not None
    assert rest is not None
    assert first[1:] == (POSITION, POSITION + 300)
    assert rest[1] == POSITION + 300
    assert list(rest[0].lines) == list(range(302, 602))


def test_few_records_are_left_to_be_read_one_by_one() -> None:
    few = experiments(1, FEWEST_PLAIN - 1, POSITION)
    fetch = Fetch(few)
    assert fetch.plain() is None
    assert fetch.result.has_more()
    assert contents(fetch.any()[0]) == contents(one_by_one(few, 1, POSITION))


def test_no_more_is_read_by_columns_where_few_are_left_of_a_batch() -> None:
    assert Fetch(experiments(1, 300, POSITION), POSITION + 50).plain() is None


def test_records_of_another_form_are_left_as_a_whole() -> None:
    deletion = our_batch([(b"1", b'{"experiment_id":1,"deleted":true}', 1)], POSITION + 300)
    fetch = Fetch(experiments(1, 300, POSITION) + deletion)
    assert fetch.plain() is None
    batch, position, next_position = fetch.any()
    assert (len(batch.offsets), position, next_position) == (301, POSITION, POSITION + 301)
    assert batch.values[-1] == b'{"experiment_id":1,"deleted":true}'


def test_a_damaged_batch_is_reported() -> None:
    fetch = Fetch(TWO_BATCHES.replace(value(400), value(401)))
    assert fetch.plain() is None
    with pytest.raises(CorruptRecordException, match="Invalid CRC"):
        fetch.any()


def by_both_ways(fetch: Fetch, most: int) -> tuple[list[Any], int]:
    """Offset, value and time of all records, each by columns where it can be; and the offset that is read on from."""
    found: list[Any] = []
    next_offset = fetch.records.next_fetch_offset
    while fetch.result.has_more():
        batch, position, next_offset = fetch.plain(most) or fetch.any(most)
        assert position == batch.position
        times = [source.published_ms for source in batch.sources]
        found += zip(batch.offsets, batch.values, times, batch.lines, strict=True)
    return found, next_offset


@given(logs(), st.data(), st.sampled_from([1, 200, MOST]))
def test_only_committed_records_are_read_and_all_that_aiokafka_reads(log: Log, data: st.DataObject, most: int) -> None:
    first = data.draw(st.integers(0, len(log.batches) - 1))
    batches = log.batches[first : data.draw(st.integers(first + 1, len(log.batches)))]
    # A fetch may begin inside of a batch.
    since = data.draw(st.integers(batches[0].begin, batches[0].end - 1))
    text, aborted = b"".join(batch.text for batch in batches), log.aborted_in(since, batches[-1].end)
    found, next_offset = by_both_ways(Fetch(text, since, aborted), most)
    stock = Fetch(text, since, aborted).records
    expected = [(record.offset, record.value, record.timestamp, 7) for record in stock]
    assert found == expected
    assert next_offset == stock.next_fetch_offset == batches[-1].end
    committed = [offset for batch in batches for offset in log.committed(batch) if offset >= since]
    assert [offset for offset, *_ in found] == committed


def test_a_mark_that_compaction_emptied_ends_nothing() -> None:
    log = Log()
    log.write(2, 0, 11, transactional=True, compacted=False)
    log.finish(11, aborted=True)
    mark = log.batches[-1].text
    emptied = sealed(mark[:57] + bytes(4))
    batch, position, next_position = Fetch(log.batches[0].text + emptied, 0, [(11, 0)]).any()
    assert (list(batch.offsets), position, next_position) == ([], 0, 3)


def test_what_was_compressed_is_taken_in_parts() -> None:
    records = [OtherRecord(number, b"2", b" " * 100_000, []) for number in range(20)]
    batches = [other_batch(records, POSITION + 20 * number, 4) for number in range(4)]
    fetch = Fetch(b"".join(batches))
    assert len(b"".join(batches)) < 100_000
    ends = [fetch.any()[2] for _ in range(2)]
    assert ends == [POSITION + 60, POSITION + 80]
    assert not fetch.result.has_more()
