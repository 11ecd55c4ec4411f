from uuid import UUID

from producers.kafka.destination import CountingWriter
from producers.load.positions import positions


def test_records_add_up_and_the_last_writer_says_where_a_partition_ends() -> None:
    first, second = CountingWriter("users"), CountingWriter("users")
    first.records, first.next_offsets = {0: 5, 1: 2}, {0: 15, 1: 4}
    second.records, second.next_offsets = {0: 3}, {0: 20}
    found = positions([first, second], {"users": UUID(int=1)})
    assert [(at.partition, at.records, at.next_offset) for at in found] == [(0, 8, 20), (1, 2, 4)]
