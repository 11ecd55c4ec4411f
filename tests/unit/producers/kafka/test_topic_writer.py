from __future__ import annotations

from typing import TypeAlias
from uuid import UUID

import pyarrow as pa
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.files.simple_blocks import BlockRows
from producers.kafka.load_id import LoadIdentity
from producers.kafka.topic_writer import TopicWriter

IDENTITY = LoadIdentity(UUID(int=7), 1_700_000_000_000)
KEYS = st.integers(1, 10**9).map(lambda number: b"%d" % number) | st.binary(min_size=1, max_size=40)
VALUES = st.builds(bytes.__mul__, st.binary(min_size=1, max_size=60), st.sampled_from([1, 1, 1, 30]))
Content: TypeAlias = dict[int, list[tuple[bytes, bytes, bytes]]]


def content_of(writer: TopicWriter) -> Content:
    """Key, value and line of the records of each partition, full batches before the open one."""
    found: Content = {}
    for partition, batch in (*writer.full, *enumerate(writer._open)):  # noqa: SLF001  # what is sent at the end
        if batch.record_count():
            read = MemoryRecords(b"".join(batch.parts())).next_batch()
            assert read.validate_crc()
            found.setdefault(partition, []).extend((each.key, each.value, each.headers[-1][1]) for each in read)
    return found


def writer_of(partitions: int) -> TopicWriter:
    return TopicWriter(None, "experiments", partitions, IDENTITY, "some.csv", 60)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(KEYS, VALUES), min_size=1, max_size=60), st.sampled_from([1, 60]), st.sampled_from([1, 4, 300])
)
def test_blocks_are_published_as_rows_are_one_by_one(
    records: list[tuple[bytes, bytes]], times: int, partitions: int
) -> None:
    records *= times
    by_blocks, one_by_one = writer_of(partitions), writer_of(partitions)
    keys, values = zip(*records, strict=True)
    rows = BlockRows(pa.array(keys, pa.binary()), [pa.array(values, pa.binary())], len(records))
    by_blocks.append_block(rows, 2)
    by_blocks.append_block(rows, 2 + len(records))
    for number, (key, value) in enumerate(records * 2, 2):
        one_by_one.append(key, value, number)
    assert content_of(by_blocks) == content_of(one_by_one)
