"""Rows that wait: whole numbers, decimals, days and moments in as few bytes as hold all of a column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from models.states.numbering import DIGITS_OF_INT64, integers_of, of_integers


def narrowed(rows: pa.RecordBatch) -> pa.RecordBatch:
    """The same rows in less memory; other columns than those of numbers stay as they are."""
    return pa.record_batch([_narrowed(column) for column in rows.columns], rows.schema.names)


def widened(rows: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Rows that were narrowed as they were before, with the columns of the schema, which are among theirs."""
    columns = [_widened(rows.column(field.name), field.type) for field in schema]
    return pa.record_batch(columns, schema=schema)


def joined(parts: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Narrowed rows of several parts, or rows that all are as they were, one after the other; one part at least."""
    if all(part.schema.equals(parts[0].schema) for part in parts[1:]):
        return pa.concat_batches(parts)
    tables = [pa.Table.from_batches([part]) for part in parts]
    [found] = pa.concat_tables(tables, promote_options="permissive").combine_chunks().to_batches() or parts[:1]
    return found


def _narrowed(column: pa.Array) -> pa.Array:
    if pa.types.is_list(column.type):
        items = _narrowed(column.values)
        return _list(pa.list_(items.type), column, items)
    integers = integers_of(column) if _fits_int64(column.type) else None
    if integers is None:
        return column
    most = max(int(integers.max(initial=0)), ~int(integers.min(initial=0)))
    return _with_nulls(pa.array(integers.astype(np.min_scalar_type(~most))), column)


def _widened(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if column.type == kind:
        return column
    if pa.types.is_list(kind):
        return _list(kind, column, _widened(column.values, kind.value_type))
    narrow = np.frombuffer(column.buffers()[1], column.type.to_pandas_dtype())
    integers = narrow[column.offset : column.offset + len(column)].astype(np.int64)
    return _with_nulls(of_integers(integers, kind), column)


def _fits_int64(kind: pa.DataType) -> bool:
    """Whether all values of a type do: what decides must not be the values, as parts are to be joined."""
    is_short = pa.types.is_decimal128(kind) and kind.precision <= DIGITS_OF_INT64
    return bool(is_short or pa.types.is_int64(kind) or pa.types.is_timestamp(kind) or pa.types.is_date32(kind))


def _list(kind: pa.DataType, column: pa.Array, items: pa.Array) -> pa.Array:
    buffers = column.buffers()[:2]
    return pa.Array.from_buffers(kind, len(column), buffers, column.null_count, column.offset, children=[items])


def _with_nulls(values: pa.Array, column: pa.Array) -> pa.Array:
    return pc.if_else(column.is_valid(), values, None) if column.null_count else values
