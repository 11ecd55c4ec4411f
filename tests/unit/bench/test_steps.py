from __future__ import annotations

import pytest

from bench.errors import MeasurementError
from bench.steps import kind_of, microseconds_a_row


@pytest.mark.parametrize(
    ("name", "command", "kind"),
    [
        ("postgres", ["postgres: checkpointer"], "Postgres"),
        ("java", ["java", "-cp", "a.jar", "kafka.Kafka", "server.properties"], "Kafka"),
        ("python3", ["python3", "-m", "faust", "-A", "streams.app", "worker"], "worker"),
        ("python3", ["python3", "-m", "bench.steps", "before"], None),
    ],
)
def test_processes_are_told_apart(name: str, command: list[str], kind: str | None) -> None:
    assert kind_of(name, command) == kind


def test_processor_time_is_of_one_row() -> None:
    before = {"worker": 1.0, "Postgres": 2.0, "Kafka": 3.0}
    after = {"worker": 1.5, "Postgres": 2.25, "Kafka": 3.125}
    assert microseconds_a_row(before, after, 100_000) == {"worker": 5.0, "Postgres": 2.5, "Kafka": 1.25}


def test_too_few_rows_to_see_processor_time_are_an_error() -> None:
    times = {"worker": 1.0, "Postgres": 2.0, "Kafka": 3.0}
    with pytest.raises(MeasurementError, match="10 rows are too few"):
        microseconds_a_row(times, {**times, "worker": 1.5, "Postgres": 2.5}, 10)
