from __future__ import annotations

from models.clients.applied_offsets import TopicPartition, missing

FIRST, SECOND = TopicPartition("users", 0), TopicPartition("users", 1)


def test_a_partition_that_postgres_does_not_know_is_missing_from_its_start() -> None:
    assert missing({FIRST: 3, SECOND: 5}, {SECOND: 4}) == {FIRST: 3, SECOND: 1}


def test_what_was_applied_beyond_the_target_makes_up_for_nothing() -> None:
    assert missing({FIRST: 3, SECOND: 5}, {FIRST: 9, SECOND: 2}) == {SECOND: 3}
