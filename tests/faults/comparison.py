"""Postgres' tables against what the oracle expects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import asyncpg

from tests.faults.oracle import Expected

SHOWN = 5

ROWS = {
    "experiments": "SELECT experiment_id, user_id, experiment_compound_ids, experiment_run_time FROM experiments",
    "users": "SELECT user_id, name, email, signup_date FROM users",
    "compounds": "SELECT compound_id, compound_name, compound_structure FROM compounds",
}

FEATURES = """
SELECT user_id, total_experiments, total_run_time, total_compounds, top_compound_id, top_compound_count,
       tied_compound_ids, average_run_time
  FROM user_features
"""

COUNTERS = """
SELECT coalesce(sum(row_count) FILTER (WHERE topic = 'experiments'), 0)::bigint AS experiments,
       coalesce(sum(row_count) FILTER (WHERE topic = 'users'), 0)::bigint AS users,
       coalesce(sum(row_count) FILTER (WHERE topic = 'compounds'), 0)::bigint AS compounds,
       coalesce(sum((feature_rows ->> 'user_features')::bigint), 0)::bigint AS active
  FROM stream_offsets
"""


class Comparison:
    """What was compared, and what was wrong."""

    def __init__(self) -> None:
        self.rows = 0
        self.wrong: list[str] = []

    async def run(self, connection: asyncpg.Connection, expected: Expected) -> None:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            for topic, query in ROWS.items():
                self._compare(topic, await self._stored(connection, query), expected.rows[topic])
            await self._compare_features(connection, expected)
            await self._compare_counters(connection, expected)
            await self._compare_rejects(connection, expected)

    async def _stored(self, connection: asyncpg.Connection, query: str) -> dict[int, tuple[Any, ...]]:
        return {
            row[0]: tuple(tuple(value) if isinstance(value, list) else value for value in row[1:])
            for row in await connection.fetch(query)
        }

    def _compare(self, what: str, stored: Mapping[Any, Any], expected: Mapping[Any, Any]) -> None:
        self.rows += len(expected)
        wrong = [key for key in stored.keys() | expected.keys() if stored.get(key) != expected.get(key)]
        self.wrong += [f"{what} {key}: stored {stored.get(key)}, expected {expected.get(key)}" for key in wrong[:SHOWN]]
        if len(wrong) > SHOWN:
            self.wrong.append(f"{what}: {len(wrong)} wrong in all")

    async def _compare_features(self, connection: asyncpg.Connection, expected: Expected) -> None:
        stored = {}
        for user, (*features, mean) in (await self._stored(connection, FEATURES)).items():
            features[1] = Fraction(features[1])
            stored[user] = tuple(features)
            # The mean has a limited number of digits.
            if abs(Fraction(mean) - features[1] / features[0]) > Fraction(1, 10**12):
                self.wrong.append(f"features of {user}: the mean {mean} is not {features[1]} / {features[0]}")
        self._compare("features", stored, expected.features)

    async def _compare_counters(self, connection: asyncpg.Connection, expected: Expected) -> None:
        [counters] = await connection.fetch(COUNTERS)
        counted = {topic: len(rows) for topic, rows in expected.rows.items()}
        self._compare("counter", dict(counters.items()), {**counted, "active": len(expected.features)})

    async def _compare_rejects(self, connection: asyncpg.Connection, expected: Expected) -> None:
        of_files: Counter[Any] = Counter()
        of_records: Counter[Any] = Counter()
        for row in await connection.fetch("SELECT * FROM rejects"):
            if row["topic"] is None:
                of_files[row["file"], row["line"], row["field"], row["value"], row["reason"]] += 1
            else:
                of_records[row["topic"], row["partition"], row["offset"]] += 1
        self._compare("reject of a file", of_files, Counter(expected.file_rejects))
        required, possible = expected.record_rejects, expected.possible_rejects
        for place in of_records.keys() & possible.keys():
            # What is there beyond what must be, but may be.
            of_records[place] -= min(possible[place], max(0, of_records[place] - required[place]))
        self._compare("reject of a record", +of_records, required)
