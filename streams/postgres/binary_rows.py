"""Rows in Postgres' binary forms: a COPY, or an array of a table's rows as one bind.

A COPY is a header, for each row the number of its fields and the fields, and a trailer: "Binary Format" in the
PostgreSQL manual on COPY. An array of rows is an array of a composite type: array_recv and record_recv in PostgreSQL's
src/backend/utils/adt. A field is the size of its value, -1 for NULL, and the value.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.types.plain_values import FEW
from streams.columns.binary_array import Piece, block_of, joined, lengths_of
from streams.postgres.binary_values import field, oid_of
from streams.postgres.few_rows import NULL, FewRows

_COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_TRAILER = b"\xff\xff"
_AT_ONCE = 512 * 1024
"""Bytes of rows, about, that are encoded at once: with what is made of them they stay in the processor's cache."""


class CompositeType(NamedTuple):
    """The type of a table's rows, as Postgres knows it.

    Attributes:
        oid: of the type.
        columns: name and type's oid of each, in the table's order, without those that were dropped.
    """

    oid: int
    columns: Sequence[tuple[str, int]]


def copy_chunks(rows: pa.RecordBatch) -> Iterator[bytes]:
    """The rows for COPY … (columns in the batch's order) FROM STDIN BINARY, in parts; header and trailer included.

    Args:
        rows: of column types that `binary_values.oid_of` knows.
    """
    yield _COPY_HEADER
    for part in _parts(rows):
        fields = [piece for column in part.columns for piece in field(column)]
        yield block_of(joined([struct.pack(">h", part.num_columns), *fields], part.num_rows)).to_pybytes()
    yield _COPY_TRAILER


def composite_array(rows: pa.RecordBatch | FewRows, composite: CompositeType) -> bytes:
    """The rows as an array of a table's row type, for `unnest($1::"table"[])`.

    Args:
        rows: a column that the table has and they do not is NULL.
        composite: the table's row type.

    Raises:
        ValueError: the rows have a column that the table does not have, or of another type.
    """
    if not isinstance(rows, FewRows) and FewRows.are_few(rows):
        rows = FewRows.of(rows)
    if isinstance(rows, FewRows):
        _check({name: rows.types[name] for name in rows.values}, composite)
        records = [rows.records(composite.columns)]
    else:
        _check(dict(zip(rows.schema.names, rows.schema.types, strict=True)), composite)
        records = [block_of(_records(part, composite)) for part in _parts(rows)]
    return b"".join((struct.pack(">iiIii", 1, 0, composite.oid, len(rows), 1), *records))


def _parts(rows: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    at_once = max(FEW, rows.num_rows * _AT_ONCE // max(1, rows.nbytes)) if rows.num_rows > FEW else FEW
    for start in range(0, rows.num_rows, at_once):
        yield rows.slice(start, at_once)


def _records(rows: pa.RecordBatch, composite: CompositeType) -> pa.BinaryArray:
    """Size, number of columns, and the type, size and value of each."""
    pieces: list[Piece] = [struct.pack(">i", len(composite.columns))]
    columns = dict(zip(rows.schema.names, rows.columns, strict=True))
    for name, oid in composite.columns:
        pieces += [struct.pack(">I", oid), *(field(columns[name]) if name in columns else [NULL])]
    sizes: NDArray[np.int64] = np.zeros(rows.num_rows, np.int64) + sum(map(lengths_of, pieces))
    return joined([sizes.astype(">i4"), *pieces], rows.num_rows)


def _check(types: Mapping[str, pa.DataType], composite: CompositeType) -> None:
    expected = dict(composite.columns)
    for name, kind in types.items():
        if name not in expected:
            raise ValueError(f"the table has no column {name!r}: it has {', '.join(expected)}")
        if oid_of(kind) != expected[name]:
            raise ValueError(
                f"column {name!r} has the type with the oid {expected[name]} in Postgres, "
                f"and {kind} would be sent as {oid_of(kind)}"
            )
