import aiokafka.partitioner
import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers import partitioning
from producers.partitioning import PartitionOfKey, murmur2


@given(st.binary(max_size=40))
def test_the_hash_is_that_of_kafka(key: bytes) -> None:
    assert murmur2(key) == aiokafka.partitioner.murmur2(key)


@pytest.mark.parametrize(
    ("key", "hashed"),
    # From the unit tests of Kafka's own clients (UtilsTest.testMurmur2), as unsigned numbers.
    [(b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536), (b"abc", 479470107)],
)
def test_the_hash_is_that_of_the_java_client(key: bytes, hashed: int) -> None:
    assert murmur2(key) == hashed % 2**32


def test_the_partition_is_the_positive_hash_modulo_their_number() -> None:
    assert [PartitionOfKey(count)[b"21"] for count in (1, 4, 7)] == [
        (-973932308 & 0x7FFFFFFF) % count for count in (1, 4, 7)
    ]


def test_the_number_of_keys_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitioning, "_REMEMBERED_KEYS", 10)
    partition_of = PartitionOfKey(4)
    expected = PartitionOfKey(4)
    assert all(partition_of[b"%d" % key] == expected[b"%d" % key] for key in range(100))
    assert len(partition_of) <= 10
