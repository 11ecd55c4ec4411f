from __future__ import annotations

from typing import TypeAlias
from uuid import UUID

from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.files.simple_blocks import BlockRows
from producers.files.simple_lines import finder
from producers.kafka.load_id import LoadIdentity
from producers.kafka.topic_writer import TopicWriter

IDENTITY = LoadIdentity(UUID(int=7), 1_700_000_000_000)
SHORT = st.builds("{},{},{},{}".format, st.integers(1, 10**9), st.integers(1, 99), st.integers(1, 9), st.just("1.5"))
LONG = st.integers(1, 100).map(lambda count: f"1,2,{';'.join(['1' * 18] * count)},3")
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
    st.lists(st.one_of(SHORT, LONG), min_size=1, max_size=60), st.sampled_from([1, 60]), st.sampled_from([1, 4, 300])
)
def test_blocks_are_published_as_rows_are_one_by_one(lines: list[str], times: int, partitions: int) -> None:
    lines *= times
    by_blocks, one_by_one = writer_of(partitions), writer_of(partitions)
    text = "".join(f"{line}\n" for line in lines).encode()
    ends = finder(",")(text)
    assert ends is not None
    by_blocks.append_block(BlockRows(text, ends), 2)
    by_blocks.append_block(BlockRows(text, ends), 2 + len(lines))
    for number, line in enumerate(lines * 2, 2):
        experiment, user, compounds, run_time = line.encode().split(b",")
        value = b'{"experiment_id":%b,"user_id":%b,"experiment_compound_ids":[%b],"experiment_run_time":%b}'
        one_by_one.append(user, value % (experiment, user, compounds.replace(b";", b","), run_time), number)
    assert content_of(by_blocks) == content_of(one_by_one)
