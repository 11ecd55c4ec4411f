"""Exports a table: one snapshot, few rows at a time in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from models.declaration.in_force import model_named
from models.sql.export import csv_rows, json_rows, plain_rows
from models.sql.names import quoted
from streams.export.columns import ExportColumn, exported_columns
from streams.export.output import ExportError, Output, opened
from streams.postgres.read_only import read_only_connection

if TYPE_CHECKING:
    from models.declaration.model import FeatureTable, RowTable
    from models.settings.environment import Settings
    from streams.postgres.connection import Connection

Format = Literal["csv", "jsonl", "parquet"]

FIRST_ROWS: Final = 16
"""Rows that are fetched first: they show how long rows are."""
MOST_ROWS: Final = 1000
"""Rows that are held as Python's values at once; a list of rows may be long."""
FETCHED_BYTES: Final = 1024 * 1024
"""About so much is fetched at once, but at least a row."""

ROW_GROUP_BYTES: Final = 32 * 1024 * 1024
"""About so much of a Parquet file is held as columns."""

# JSON as Postgres writes it has neither: so COPY neither quotes nor escapes anything.
_DELIMITER, _QUOTE = "\x02", "\x01"


async def export(settings: Settings, name: str, form: Format, path: Path | None) -> int:
    """Write a table as it is at one moment.

    Args:
        settings: where Postgres is, and the model.
        name: of a table of rows or features.
        form: of the file.
        path: of the file; None: standard output.

    Returns:
        How many rows were written.

    Raises:
        ExportError: there is no such table, or it cannot be written.
        DatabaseUnreachableError: Postgres does not answer.
    """
    table = _table(settings, name)
    async with read_only_connection(settings) as connection:
        with opened(path) as output:
            return await write(connection, table, form, output)


async def write(connection: Connection, table: RowTable | FeatureTable, form: Format, output: Output) -> int:
    """Write a table as it is at one moment; return how many rows were written.

    Raises:
        ExportError: it cannot be written.
    """
    columns = exported_columns(table)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        if form == "parquet":
            return await _parquet(connection, table.name, columns, output)
        return await _copied(connection, table.name, columns, output, form)


def _table(settings: Settings, name: str) -> RowTable | FeatureTable:
    model = model_named(settings.model)
    tables: dict[str, RowTable | FeatureTable] = {table.name: table for table in model.rows}
    tables |= {table.name: table for table in model.features}
    if name in model.reports:
        raise ExportError(
            f"{name} is a report, and only tables are exported: ask psql for it, "
            f"psql \"$DATABASE_URL\" --csv -c 'TABLE {quoted(name)}' > {name}.csv"
        )
    if name not in tables:
        raise ExportError(f"{name} is not a table of the model; there are: {', '.join(tables)}")
    return tables[name]


async def _copied(
    connection: Connection, name: str, columns: Sequence[ExportColumn], output: Output, form: Format
) -> int:
    types = {column.name: column.type for column in columns}

    async def take(data: bytes) -> None:
        output.write(data)

    if form == "csv":
        said = await connection.copy_from_query(csv_rows(name, types), output=take, format="csv", header=True)
    else:
        query = json_rows(name, types)
        said = await connection.copy_from_query(query, output=take, format="csv", delimiter=_DELIMITER, quote=_QUOTE)
    return int(said.removeprefix("COPY "))


async def _parquet(connection: Connection, name: str, columns: Sequence[ExportColumn], output: Output) -> int:
    schema = pa.schema([(column.name, column.arrow) for column in columns])
    cursor = await connection.cursor(plain_rows(name, {column.name: column.type for column in columns}))
    rows = held = 0
    count = FIRST_ROWS
    batches: list[pa.RecordBatch] = []
    with pq.ParquetWriter(output, schema, compression="zstd") as writer:
        while fetched := await cursor.fetch(count):
            batches.append(_batch(fetched, schema))
            rows += len(fetched)
            of_row = batches[-1].nbytes // len(fetched) + 1
            count = max(1, min(MOST_ROWS, FETCHED_BYTES // of_row))
            held += batches[-1].nbytes
            if held >= ROW_GROUP_BYTES:
                writer.write_table(pa.Table.from_batches(batches, schema))
                batches, held = [], 0
        if batches:
            writer.write_table(pa.Table.from_batches(batches, schema))
    return rows


def _batch(fetched: Sequence[Any], schema: pa.Schema) -> pa.RecordBatch:
    arrays = [_array([row[place] for row in fetched], field.type) for place, field in enumerate(schema)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if kind == pa.float64():
        values = [None if value is None else float(value) for value in values]
    elif kind == pa.list_(pa.float64()):
        values = [[float(item) for item in value] for value in values]
    return pa.array(values, kind)
