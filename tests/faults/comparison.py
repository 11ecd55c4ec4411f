"""Postgres' tables against what the oracle expects."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from decimal import localcontext
from fractions import Fraction
from typing import Any

import asyncpg

from tests.faults.declaration import Declaration, FeatureTable, Key, Row, RowTable
from tests.faults.oracle import Expected
from tests.feature_oracle import Group, features_of

SHOWN = 5
_CLOSE = Fraction(1, 10**11)
"""Means and deviations have a limited number of digits."""
_FILLS = "SELECT feature_table, columns FROM model_fills WHERE ended_at IS NULL"
_COUNTERS = "SELECT topic, row_count, feature_rows FROM stream_offsets"


class Comparison:
    """What was compared, and what was wrong."""

    def __init__(self) -> None:
        self.rows = 0
        self.wrong: list[str] = []

    async def run(self, connection: asyncpg.Connection, declaration: Declaration, expected: Expected) -> None:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            for table in declaration.tables:
                self._compare(table.name, await stored_rows(connection, table), expected.rows[table.name])
            for features in declaration.features:
                wanted = expected.features[features.name]
                self._compare(features.name, await _stored_features(connection, features, wanted), wanted)
            await self._compare_counters(connection, expected)
            await self._compare_rejects(connection, expected)

    async def run_meanwhile(self, connection: asyncpg.Connection, declaration: Declaration) -> None:
        """Compare features with the rows that are stored; of columns that are not filled yet, what is not NULL."""
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            fills = await connection.fetch(_FILLS)
            unfilled = {(row["feature_table"], name) for row in fills for name in row["columns"]}
            for features in declaration.features:
                rows = await stored_rows(connection, features.of)
                wanted = await asyncio.to_thread(features_of, features.said, list(rows.values()))
                stored = await _stored_features(connection, features, wanted)
                for group in stored.keys() & wanted.keys():
                    for name in wanted[group]:
                        if stored[group].get(name) is None and (features.name, name) in unfilled:
                            stored[group][name] = wanted[group][name]
                self._compare(features.name, stored, wanted)

    def _compare(self, what: str, stored: Mapping[Any, Any], expected: Mapping[Any, Any]) -> None:
        self.rows += len(expected)
        wrong = [key for key in stored.keys() | expected.keys() if stored.get(key) != expected.get(key)]
        self.wrong += [f"{what} {key}: {_difference(stored.get(key), expected.get(key))}" for key in wrong[:SHOWN]]
        if len(wrong) > SHOWN:
            self.wrong.append(f"{what}: {len(wrong)} wrong in all")

    async def _compare_counters(self, connection: asyncpg.Connection, expected: Expected) -> None:
        stored: Counter[str] = Counter()
        for row in await connection.fetch(_COUNTERS):
            stored.update({row["topic"]: row["row_count"], **json.loads(row["feature_rows"])})
        wanted = {name: len(rows) for name, rows in {**expected.rows, **expected.features}.items()}
        self._compare("counter", {name: stored[name] for name in wanted}, wanted)

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


async def stored_rows(connection: asyncpg.Connection, table: RowTable) -> dict[Key, Row]:
    """The rows of a table by their keys."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    rows = map(dict, await connection.fetch(f'SELECT {names} FROM "{table.name}"'))  # noqa: S608  # drawn names
    return {table.key_of(row): row for row in rows}


async def _stored_features(
    connection: asyncpg.Connection, features: FeatureTable, expected: Mapping[Group, Mapping[str, Any]]
) -> dict[Group, Any]:
    kinds = {name: said.kind for name, said in features.said.aggregates.items()}
    stored = {}
    for row in map(dict, await connection.fetch(f'SELECT * FROM "{features.name}"')):  # noqa: S608  # drawn names
        key = tuple(row[name] for name in features.group)
        columns = {name: value for name, value in row.items() if name not in {*features.group, "version", "updated_at"}}
        wanted = expected.get(key, {})
        stored[key] = {name: _exact(kinds.get(name), value, wanted.get(name)) for name, value in columns.items()}
    return stored


def _exact(kind: str | None, value: Any, expected: Any) -> Any:  # noqa: ANN401  # of any type
    """What is expected, if the value is close to it as far as its aggregate has digits."""
    if kind not in {"Mean", "StdDev"} or value is None or expected is None:
        return value
    with localcontext(prec=1000):
        found = Fraction(value) ** (2 if kind == "StdDev" else 1)
    return expected if abs(found - expected) <= abs(expected) * _CLOSE else value


def _difference(stored: Any, expected: Any) -> str:  # noqa: ANN401  # of any type
    if not isinstance(stored, Mapping) or not isinstance(expected, Mapping):
        return f"stored {stored}, expected {expected}"
    names = [name for name in stored.keys() | expected.keys() if stored.get(name) != expected.get(name)]
    return "; ".join(f"{name} stored {stored.get(name)}, expected {expected.get(name)}" for name in sorted(names))
