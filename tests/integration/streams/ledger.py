"""What must be stored after publications of experiments, in plain Python; shares no code with the project."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from uuid import UUID

import asyncpg

from models.publication import Source
from streams.columns.byte_column import byte_column
from streams.kafka.micro_batch import MicroBatch
from tests.integration.streams.batches import TOPIC_ID

Features = tuple[int, Fraction, int, int | None, int, list[int]]

FEATURES = """
SELECT user_id, total_experiments, total_run_time, total_compounds, top_compound_id, top_compound_count,
       tied_compound_ids, average_run_time, version
  FROM user_features
"""

COUNTERS = """
SELECT coalesce(sum(row_count), 0)::bigint, coalesce(sum((feature_rows ->> 'user_features')::bigint), 0)::bigint
  FROM stream_offsets
"""


@dataclass(frozen=True)
class Publication:
    """One record of topic `experiments`."""

    experiment_id: int
    user_id: int
    compounds: tuple[int, ...] = (1,)
    thousandths: int = 1000
    published_ms: int = 1000
    load: int = 1
    line: int = 1

    @property
    def order(self) -> tuple[int, int, int]:
        return self.published_ms, self.load, self.line

    def value(self) -> bytes:
        row = {
            "experiment_id": self.experiment_id,
            "user_id": self.user_id,
            "experiment_compound_ids": self.compounds,
            "experiment_run_time": self.thousandths / 1000,
        }
        return json.dumps(row).encode()


def batch_of(
    records: Sequence[Publication | bytes], partition: int, start: int, topic_id: UUID = TOPIC_ID
) -> MicroBatch:
    """The records as Kafka brings them, from offset `start` on; bytes are no rows."""
    rows = [record if isinstance(record, Publication) else Publication(1, 1) for record in records]
    return MicroBatch(
        "experiments",
        partition,
        topic_id,
        start,
        start + len(records),
        range(start, start + len(records)),
        byte_column(record.value() if isinstance(record, Publication) else record for record in records),
        [Source(row.published_ms, UUID(int=row.load)) for row in rows],
        [row.line for row in rows],
        ["data/user_experiments.csv"] * len(records),
    )


@dataclass
class Ledger:
    """The newest publication of each experiment."""

    newest: dict[int, Publication] = field(default_factory=dict)

    def publish(self, records: Iterable[Publication]) -> None:
        for record in records:
            kept = self.newest.get(record.experiment_id)
            if kept is None or record.order >= kept.order:
                self.newest[record.experiment_id] = record

    def features(self) -> dict[int, Features]:
        by_user: defaultdict[int, list[Publication]] = defaultdict(list)
        for record in self.newest.values():
            by_user[record.user_id].append(record)
        return {user: _features(records) for user, records in by_user.items()}


def _features(records: list[Publication]) -> Features:
    listed = Counter(compound for record in records for compound in record.compounds)
    best = max(listed.values(), default=0)
    tied = sorted(compound for compound, count in listed.items() if count == best)
    total = Fraction(sum(record.thousandths for record in records), 1000)
    return len(records), total, listed.total(), tied[0] if tied else None, best, tied


async def assert_stored(connection: asyncpg.Connection | asyncpg.Pool, ledger: Ledger) -> dict[int, int]:
    """Experiments, features and counters are what the ledger says; return each user's version."""
    rows = await connection.fetch("SELECT * FROM experiments")
    stored = {
        row["experiment_id"]: (
            row["user_id"],
            tuple(row["experiment_compound_ids"]),
            int(row["experiment_run_time"] * 1000),
            (row["load_id"].int, row["line"]),
        )
        for row in rows
    }
    assert stored == {
        number: (record.user_id, record.compounds, record.thousandths, record.order[1:])
        for number, record in ledger.newest.items()
    }
    features = {row["user_id"]: row for row in await connection.fetch(FEATURES)}
    expected = ledger.features()
    assert {user: (row[1], Fraction(row[2]), *row[3:7]) for user, row in features.items()} == expected
    for user, row in features.items():
        # The mean has a limited number of digits.
        mean = expected[user][1] / expected[user][0]
        assert abs(Fraction(row["average_run_time"]) - mean) <= Fraction(1, 10**15) * max(mean, Fraction(1))
    counters = tuple(await connection.fetchrow(COUNTERS) or ())
    assert counters == (len(ledger.newest), len(expected))
    return {user: row["version"] for user, row in features.items()}
