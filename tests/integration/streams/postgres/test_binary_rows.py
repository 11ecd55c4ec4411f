"""Rows in the binary forms: Postgres stores of them what it stores of their JSON."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import asyncpg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.declaration.model import RowTable
from models.settings.environment import Settings
from models.types.plain_values import FEW
from streams.postgres.binary_rows import copy_chunks
from streams.postgres.composite_types import take_rows_of
from tests.declared_tables import record_batch, row_tables, rows_of

Rows = Sequence[dict[str, Any]]
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
ALL_NUMERICS = "/".join(["9" * 38, "-" + "9" * 38, "0", "1", "-1", "9999", "10000", "10001", "99990000"])
EDGES: dict[str, tuple[str, pa.DataType, Rows | list[Any]]] = {
    "whole": ("bigint", pa.int64(), [-(2**63), 2**63 - 1, 0, -1]),
    "digits": ("numeric", pa.decimal128(38, 0), [Decimal(n) for n in ALL_NUMERICS.split("/")]),
    "money": ("numeric(15,2)", pa.decimal128(15, 2), [Decimal(n) for n in ("9999999999999.99", "-0.01", "10000", "0")]),
    "precise": (
        "numeric(38,10)",
        pa.decimal128(38, 10),
        [Decimal(n) for n in ("9" * 28 + "." + "9" * 10, "-" + "9" * 28 + "." + "9" * 10, "0.0001", "-0.0000000001")],
    ),
    "fraction": ("numeric", pa.decimal128(38, 38), [Decimal("0." + "9" * 38), Decimal("-0." + "0" * 37 + "1")]),
    "sum": ("numeric(76,7)", pa.decimal256(76, 7), [Decimal("9" * 69 + "." + "9" * 7), Decimal(-(2**99)), Decimal(1)]),
    "name": ("text", pa.string(), ["", "a", "日本 \U0001f9ea\u0301\u200d", "'\"\\\n\r\t", "x" * 70_000]),
    "flag": ("boolean", pa.bool_(), [True, False]),
    "day": ("date", pa.date32(), [date.min, date.max, date(1970, 1, 1), date(1999, 12, 31), date(2000, 1, 1)]),
    "moment": (
        "timestamptz",
        pa.timestamp("us", "UTC"),
        [EARLIEST, LATEST, datetime(1999, 12, 31, 23, 59, 59, 9, UTC)],
    ),
    "load": ("uuid", pa.binary(16), [uuid.UUID(int=0), uuid.UUID(int=2**128 - 1), uuid.UUID(int=1 << 100)]),
    "ids": ("bigint[]", pa.list_(pa.int64()), [[], [1], [2**63 - 1, -(2**63), 0], list(range(5000))]),
    "tags": ("text[]", pa.list_(pa.string()), [[], [""], ["a", "日本", "NULL", "{,}"], ["x" * 1000] * 20]),
    "days": ("date[]", pa.list_(pa.date32()), [[], [date.min, date.max]]),
    "sums": ("numeric(20,3)[]", pa.list_(pa.decimal128(20, 3)), [[], [Decimal("-0.001"), Decimal(10**16)]]),
    "flags": ("boolean[]", pa.list_(pa.bool_()), [[], [True, False]]),
    "moments": ("timestamptz[]", pa.list_(pa.timestamp("us", "UTC")), [[], [datetime(2026, 1, 2, 3, 4, 5, 6, UTC)]]),
}  # fmt: skip
"""Of each type, as it is in Postgres and in Arrow: the values at its edges."""


@dataclass(frozen=True)
class Tables:
    """A table that is filled three ways: `things`."""

    connection: asyncpg.Connection[Any]

    async def make(self, columns: Iterable[tuple[str, str]]) -> None:
        body = ", ".join(f'"{name}" {kind}' for name, kind in columns)
        await self.connection.execute(f"DROP TABLE IF EXISTS things; CREATE TABLE things ({body})")
        # The statements prepared for another table of this name are of no use any more.
        await self.connection.reload_schema_state()
        await take_rows_of(self.connection, ["things"])

    async def after_copy(self, batch: pa.RecordBatch) -> list[str]:
        async def chunks() -> AsyncIterator[bytes]:
            for chunk in copy_chunks(batch):
                yield chunk

        await self.connection.copy_to_table("things", source=chunks(), columns=batch.schema.names, format="binary")
        return await self._taken()

    async def after_unnest(self, batch: pa.RecordBatch) -> list[str]:
        await self.connection.execute('INSERT INTO things SELECT * FROM unnest($1::"things"[])', batch)
        return await self._taken()

    async def after_json(self, rows: Rows) -> list[str]:
        await self.connection.execute(
            "INSERT INTO things SELECT * FROM json_populate_recordset(NULL::things, $1)", json.dumps(rows, default=str)
        )
        return await self._taken()

    async def _taken(self) -> list[str]:
        """All rows as text and with their sizes; the table is empty again."""
        found = await self.connection.fetch(
            "SELECT things::text || pg_column_size(things.*) AS row FROM things ORDER BY 1"
        )
        await self.connection.execute("TRUNCATE things")
        return [row["row"] for row in found]

    async def check(self, batch: pa.RecordBatch, rows: Rows) -> None:
        expected = await self.after_json(rows)
        assert len(expected) == len(rows)
        assert await self.after_copy(batch) == expected
        for few in (FEW, 0):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("streams.postgres.few_rows.FEW", few)
                assert await self.after_unnest(batch) == expected


@pytest.fixture
async def tables(empty_database: Settings) -> AsyncIterator[Tables]:
    connection = await asyncpg.connect(empty_database.database_url)
    await connection.execute("SET timezone = 'UTC'")
    yield Tables(connection)
    await connection.close()


def sql_columns(table: RowTable) -> list[tuple[str, str]]:
    return [(column.name, column.type.postgres) for column in table.columns]


@pytest.mark.parametrize("name", EDGES)
async def test_the_edges_of_each_type_come_through(tables: Tables, name: str) -> None:
    kind, arrow, values = EDGES[name]
    await tables.make([("place", "bigint"), (name, kind)])
    rows = [{"place": place, name: value} for place, value in enumerate([None, *values, None])]
    columns = [pa.array(range(len(rows))), _array([row[name] for row in rows], arrow)]
    await tables.check(pa.RecordBatch.from_arrays(columns, names=["place", name]), rows)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    return pa.array([value.bytes if isinstance(value, uuid.UUID) else value for value in values], kind)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(data=st.data(), table=row_tables())
async def test_rows_of_any_declaration_come_through(tables: Tables, data: st.DataObject, table: RowTable) -> None:
    rows = data.draw(rows_of(table))
    await tables.make(sql_columns(table))
    await tables.check(record_batch(table, rows), rows)


async def test_a_slice_of_a_batch_is_sent_without_the_rest(tables: Tables) -> None:
    await tables.make([(name, kind) for name, (kind, _, _) in EDGES.items()])
    rows = [{name: values[-1 - n % 2] for name, (_, _, values) in EDGES.items()} for n in range(6)]
    batch = pa.RecordBatch.from_arrays(
        [_array([row[name] for row in rows], arrow) for name, (_, arrow, _) in EDGES.items()], names=list(EDGES)
    )
    await tables.check(batch.slice(3, 2), rows[3:5])


async def test_many_rows_go_in_several_parts(tables: Tables) -> None:
    await tables.make([("number", "bigint"), ("name", "text")])
    rows = [{"number": n, "name": "x" * (n % 700)} for n in range(5000)]
    batch = pa.RecordBatch.from_pylist(rows)
    assert len(list(copy_chunks(batch))) > 4
    await tables.check(batch, rows)


async def test_columns_go_by_their_names_where_some_were_dropped_and_some_are_left_out(tables: Tables) -> None:
    await tables.make([("gone", "text"), ("a", "bigint"), ("b", "text"), ("c", "timestamptz")])
    await tables.connection.execute("ALTER TABLE things DROP gone, ADD d text[]")
    await take_rows_of(tables.connection, ["things"])
    batch = pa.RecordBatch.from_pylist([{"d": ["x"], "b": "y", "a": 1}, {"d": [], "b": None, "a": 2}])
    assert await tables.after_unnest(batch) == await tables.after_json(batch.to_pylist())


async def test_rows_go_beside_other_binds(tables: Tables) -> None:
    await tables.make([("a", "bigint"), ("b", "text")])
    batch = pa.RecordBatch.from_pylist([{"a": 1, "b": "x"}, {"a": 2, "b": None}])
    found = await tables.connection.fetch(
        'SELECT b, version FROM unnest($1::"things"[], $2::bigint[]) AS given (a, b, version)', batch, [7, 8]
    )
    assert [tuple(row) for row in found] == [("x", 7), (None, 8)]


async def test_what_the_table_cannot_take_is_refused_by_name(tables: Tables) -> None:
    await tables.make([("a", "bigint")])
    with pytest.raises(asyncpg.DataError, match="no column 'b': it has a"):
        await tables.after_unnest(pa.RecordBatch.from_pylist([{"b": 1}]))
    with pytest.raises(asyncpg.DataError, match="column 'a' has the type with the oid 20"):
        await tables.after_unnest(pa.RecordBatch.from_pylist([{"a": "x"}]))


async def test_a_table_that_does_not_exist_is_named(tables: Tables) -> None:
    with pytest.raises(LookupError, match="there is no table others"):
        await take_rows_of(tables.connection, ["others"])
