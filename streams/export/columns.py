"""The columns of an exported table and their types in Parquet: decimals where it is known how many places they have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from models.aggregates.aggregate import COUNT, Aggregate, AggregateOfValue, OutputColumn
from models.aggregates.totals import Mean, StdDev, Sum
from models.declaration.model import FeatureTable, RowTable
from models.sql.names import VERSION
from models.states.totals import ROW_DIGITS
from models.types.column_types import MAX_DIGITS, AnyNumber, ArrayOf, ColumnType, Instant

_MAX_DECIMAL256: Final = 76
_ONE_DIGIT: Final = 1


@dataclass(frozen=True)
class ExportColumn:
    """One column: its name, its declared type, and what it is in Parquet."""

    name: str
    type: ColumnType
    arrow: pa.DataType


def exported_columns(table: RowTable | FeatureTable) -> list[ExportColumn]:
    """The columns of a table: what is declared, and of features when they were written."""
    if isinstance(table, RowTable):
        return [ExportColumn(column.name, column.type, column.type.arrow) for column in table.columns]
    return [
        *(ExportColumn(group.name, group.type, group.type.arrow) for group in table.group),
        *(
            ExportColumn(output.name, output.type, _arrow(output.type, _source(output, table), table))
            for output in table.outputs
        ),
        ExportColumn(VERSION, COUNT, COUNT.arrow),
        ExportColumn("updated_at", Instant(), Instant().arrow),
    ]


def _source(output: OutputColumn, table: FeatureTable) -> Aggregate:
    """The aggregate that writes a column."""
    return next(found for name, found in table.aggregates.items() if output.name in _written(name, found, table))


def _written(name: str, aggregate: Aggregate, table: FeatureTable) -> Iterator[str]:
    return (output.name for output in aggregate.outputs(name, table.rows.types))


def _arrow(kind: ColumnType, source: Aggregate, table: FeatureTable) -> pa.DataType:
    if isinstance(kind, ArrayOf):
        return pa.list_(_arrow(kind.item, source, table))
    return _number(source, table) if isinstance(kind, AnyNumber) else kind.arrow


def _number(source: Aggregate, table: FeatureTable) -> pa.DataType:
    """What holds the numbers of an aggregate."""
    if isinstance(source, Mean | StdDev) or not isinstance(source, AggregateOfValue):
        # Postgres has rounded them, to as many places as each takes.
        return pa.float64()
    value = source.expression(table.rows.types).type
    digits = value.digits + (ROW_DIGITS if isinstance(source, Sum) else _ONE_DIGIT)
    wide = digits > MAX_DIGITS
    return pa.decimal256(_MAX_DECIMAL256, value.decimals) if wide else pa.decimal128(MAX_DIGITS, value.decimals)
