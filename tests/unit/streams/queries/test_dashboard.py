from __future__ import annotations

from faust.types import TP

from streams.queries.dashboard import with_lag


def test_the_lag_is_what_kafka_has_beyond_what_is_applied() -> None:
    positions = [{"topic": "users", "partition": number, "next_offset": 10} for number in range(3)]
    ends = {TP("users", 0): 17, TP("users", 1): 9}
    found = [(row["partition"], row["applied"], row["lag"]) for row in with_lag(positions, ends)]
    # The end is that of the last fetch, which may be older than the position; and others' partitions are not known.
    assert found == [(0, 10, 7), (1, 10, 0), (2, 10, None)]
