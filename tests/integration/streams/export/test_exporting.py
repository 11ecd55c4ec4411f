"""Any table as a file of each form: what stands in it is what the table holds."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData

from models.declaration.loading import load_model
from models.declaration.model import FeatureTable, RowTable
from models.settings.environment import Settings
from models.sql.names import listed, quoted
from models.sql.tables import created, row_table
from models.types.column_types import TextType
from models.wire.decode import Decoder
from producers.files.csv_file import inspect
from producers.rows.column_mapping import RowMapping
from producers.rows.file_kinds import FileKinds
from producers.rows.read_options import ReadOptions
from producers.sources.source import Source
from streams.export import exporting
from streams.export.exporting import Format, write
from streams.export.output import opened
from tests.declared_tables import record_batch, row_tables, rows_of
from tests.integration.models.sql import model_database
from tests.reading_path import outcome_of

ANY = 1
"""Rows from which the fast ways read."""


@pytest.fixture
async def connection(empty_database: Settings) -> AsyncIterator[asyncpg.Connection]:
    found = await asyncpg.connect(empty_database.database_url)
    yield found
    await found.close()


async def exported(connection: asyncpg.Connection, table: RowTable | FeatureTable, form: Format, path: Path) -> int:
    with opened(path) as output:
        return await write(connection, table, form, output)


async def stored(connection: asyncpg.Connection, table: RowTable, rows: list[dict[str, Any]]) -> None:
    await connection.execute(f"DROP TABLE IF EXISTS {quoted(table.name)}")
    for statement in created(row_table(table, MetaData(), set())):
        await connection.execute(statement)
    names = [*table.types, *model_database.published(table, {})]
    binds = ", ".join(f"${place}" for place in range(1, len(names) + 1))
    await connection.executemany(
        f"INSERT INTO {quoted(table.name)} ({listed(names)}) VALUES ({binds})",  # noqa: S608  # ours
        [[model_database.published(table, row)[name] for name in names] for row in rows],
    )


@st.composite
def stored_tables(draw: st.DrawFn) -> tuple[RowTable, list[dict[str, Any]]]:
    table = draw(row_tables())
    rows = draw(rows_of(table, min_size=1))
    return table, list({tuple(row[name] for name in table.key): row for row in rows}.values())


SHARED = settings(
    max_examples=max(20, settings().max_examples // 3), suppress_health_check=[*HealthCheck], deadline=None
)


@SHARED
@given(drawn=stored_tables())
async def test_parquet_and_json_lines_hold_the_rows_of_any_table(
    connection: asyncpg.Connection, tmp_path: Path, drawn: tuple[RowTable, list[dict[str, Any]]]
) -> None:
    table, rows = drawn
    await stored(connection, table, rows)
    assert await exported(connection, table, "parquet", tmp_path / "t.parquet") == len(rows)
    stored_rows = in_some_order(record_batch(table, rows))
    assert in_some_order(pq.read_table(tmp_path / "t.parquet")) == stored_rows
    assert await exported(connection, table, "jsonl", tmp_path / "t.jsonl") == len(rows)
    lines = (tmp_path / "t.jsonl").read_bytes().splitlines()
    assert in_some_order(Decoder(table, ANY).decode(pa.array(lines, pa.binary())).rows) == stored_rows


def in_some_order(rows: pa.RecordBatch | pa.Table) -> list[dict[str, Any]]:
    """The same for the same rows: those of a table in parts come part by part."""
    return sorted(rows.to_pylist(), key=repr)


def may_stand_in_a_file(table: RowTable, row: dict[str, Any]) -> bool:
    """Whether a file can say it: spaces around texts are dropped there, and an empty list may mean none."""
    for column in table.columns:
        value = row[column.name]
        separator = getattr(column.type, "separator", "\0")
        texts = value if isinstance(value, list) else [value] if isinstance(column.type, TextType) else []
        if any(isinstance(text, str) and (text != text.strip() or separator in text) for text in texts):
            return False
        if value == [] and column.optional:
            return False
    return True


@SHARED
@given(drawn=stored_tables())
async def test_csv_is_read_again_as_the_same_rows_for_any_table(
    connection: asyncpg.Connection, tmp_path: Path, drawn: tuple[RowTable, list[dict[str, Any]]]
) -> None:
    table, rows = drawn
    assume(all(may_stand_in_a_file(table, row) for row in rows))
    await stored(connection, table, rows)
    path = tmp_path / "t.csv"
    assert await exported(connection, table, "csv", path) == len(rows)
    # Values are written as they are published, not as the files of the table's own source may have them.
    unmarked = replace(table, columns=tuple(replace(column, written=None) for column in table.columns))
    mapping = RowMapping(FileKinds(model_database.model_of([unmarked])))
    source = Source(str(path), path.name, lambda: path.open("rb"), path.stat().st_size)
    found = outcome_of(inspect(source, mapping, ReadOptions(delimiter=",", escape="none")))
    assert found.rejected == []
    values = pa.array([row.value for row in found.published], pa.binary())
    assert in_some_order(Decoder(table, ANY).decode(values).rows) == in_some_order(record_batch(table, rows))


async def test_features_are_exported_with_their_types(empty_database: Settings, tmp_path: Path) -> None:
    model = load_model("examples/shop.py")
    customers = model.features[0]
    at = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)
    group = ('a,\n"b"', 2, 1, Decimal("21.5"), Decimal("10.50"), "TEA", 2, ['A"', "TEA"], at, "TEA", Decimal("1.25"))
    async with model_database.opened(empty_database, model) as connection:
        binds = ", ".join(f"${place}" for place in range(1, len(group) + 1))
        statement = f"INSERT INTO customer_features VALUES ({binds}, 7, '2024-03-02Z')"  # noqa: S608  # ours
        await connection.execute(statement, *group)
        await connection.execute(
            "INSERT INTO customer_features VALUES ('c', 1, 1, 0, 1, 'x', 1, '{x}', $1, 'x', NULL, 8)", at
        )
        for form in ("parquet", "jsonl", "csv"):
            assert await exported(connection, customers, form, tmp_path / f"t.{form}") == 2
    first, second = pq.read_table(tmp_path / "t.parquet").to_pylist()
    assert tuple(first.values())[:11] == group
    assert (first["version"], first["updated_at"]) == (7, datetime(2024, 3, 2, tzinfo=UTC))
    assert second["spread"] is None
    lines = [json.loads(line, parse_float=Decimal) for line in (tmp_path / "t.jsonl").read_text().splitlines()]
    assert lines[0] == first | {
        "first_order": "2024-03-01T09:30:00Z",
        "updated_at": "2024-03-02T00:00:00Z",
        "spread": Decimal("1.25"),
    }
    with (tmp_path / "t.csv").open(newline="") as file:
        [row, other] = csv.DictReader(file)
    assert (row["customer_email"], row["revenue"], json.loads(row["tied_favourites"])) == (group[0], "21.5", group[7])
    assert other["spread"] == ""


async def test_a_snapshot_is_of_one_moment(
    empty_database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.export.exporting.FIRST_ROWS", 1)
    monkeypatch.setattr("streams.export.exporting.FETCHED_BYTES", 1)
    model = load_model("models.lab")
    users = model.rows[0]
    async with model_database.opened(empty_database, model) as connection:
        insert = """
INSERT INTO users SELECT n, 'Ada', NULL, $1, now(), gen_random_uuid(), 1 FROM generate_series($2::int, $3) AS n
"""
        await connection.execute(insert, date(2024, 1, 1), 1, 5)
        other = await asyncpg.connect(empty_database.database_url)
        with opened(tmp_path / "t.parquet") as output:
            written = output.write
            added: list[int] = []

            def add(data: bytes) -> int:
                added.append(1)
                return written(data)

            monkeypatch.setattr(output, "write", add)
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                assert await connection.fetchval("SELECT count(*) FROM users") == 5
                await other.execute(insert, date(2024, 1, 1), 6, 9)
                assert await write(connection, users, "parquet", output) == 5
        await other.close()


async def test_of_long_rows_few_are_fetched_at_once(
    empty_database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    batch = exporting._batch  # noqa: SLF001  # what is fetched at once

    def noted(fetched: Sequence[Any], schema: pa.Schema) -> pa.RecordBatch:
        sizes.append(len(fetched))
        return batch(fetched, schema)

    monkeypatch.setattr(exporting, "_batch", noted)
    model = load_model("models.lab")
    async with model_database.opened(empty_database, model) as connection:
        insert = """
INSERT INTO users SELECT n, repeat('x', $1), NULL, '2024-01-01', now(), gen_random_uuid(), 1
  FROM generate_series($2::int, $3) AS n
"""
        await connection.execute(insert, 400_000, 1, 20)
        await connection.execute(insert, 3, 21, 2020)
        with opened(tmp_path / "t.parquet") as output:
            assert await write(connection, model.rows[0], "parquet", output) == 2020
    assert sizes[:3] == [16, 2, 2]
    assert max(sizes) == 1000
