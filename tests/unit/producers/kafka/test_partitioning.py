from itertools import accumulate

import aiokafka.partitioner
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.kafka import partitioning
from producers.kafka.partitioning import PartitionOfKey, murmur2, partitions_of_keys


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


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=50), st.integers(1, 1000))
def test_many_keys_at_once_have_the_partitions_of_each(keys: list[bytes], count: int) -> None:
    lengths = np.array(list(map(len, keys)), np.intp)
    starts = np.array(list(accumulate(map(len, keys), initial=1))[:-1], np.intp)
    found = partitions_of_keys(b"x" + b"".join(keys) + b"x", starts, lengths, count)
    assert found.tolist() == [PartitionOfKey(count)[key] for key in keys]


def test_the_number_of_keys_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitioning, "_REMEMBERED_KEYS", 10)
    partition_of = PartitionOfKey(4)
    expected = PartitionOfKey(4)
    assert all(partition_of[b"%d" % key] == expected[b"%d" % key] for key in range(100))
    assert len(partition_of) <= 10
