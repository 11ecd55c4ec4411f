"""Columns as Postgres' binary forms of their values, made without a look at each value in Python.

The forms are what the types' receive functions in PostgreSQL's src/backend/utils/adt read; all numbers are big-endian.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from streams.columns.binary_array import Piece, byte_array, joined, lengths_of, offsets_in, raw, valid_bits
from streams.columns.ragged import offsets_of
from streams.postgres.binary_numeric import numerics

DAYS, MICROSECONDS = 10_957, 946_684_800_000_000
"""2000-01-01, Postgres' epoch, since 1970."""
FIRST_SUBSCRIPT = 1
_OIDS: Final[dict[int, int]] = {
    pa.lib.Type_BOOL: 16,
    pa.lib.Type_INT64: 20,
    pa.lib.Type_STRING: 25,
    pa.lib.Type_DATE32: 1082,
    pa.lib.Type_TIMESTAMP: 1184,
    pa.lib.Type_DECIMAL128: 1700,
    pa.lib.Type_DECIMAL256: 1700,
    pa.lib.Type_FIXED_SIZE_BINARY: 2950,
}
_ARRAY_OIDS: Final[dict[int, int]] = {
    16: 1000, 20: 1016, 25: 1009, 1082: 1182, 1184: 1185, 1700: 1231, 2950: 2951
}  # fmt: skip
"""These are fixed: src/include/catalog/pg_type.dat."""


def oid_of(kind: pa.DataType) -> int:
    """The oid of the type in Postgres: bigint, text, timestamptz, uuid, an array of these and so on."""
    return _ARRAY_OIDS[oid_of(kind.value_type)] if pa.types.is_list(kind) else _OIDS[kind.id]


def field(column: pa.Array) -> list[Piece]:
    """What is sent of each value: its size, -1 of a NULL, and its binary form.

    Args:
        column: of a type that `oid_of` knows. Fixed-size binaries have 16 bytes; lists hold no NULL.
    """
    if pa.types.is_string(column.type):
        values = column.cast(pa.binary())
        return [np.asarray(lengths_of(values, of_null=-1), ">i4"), values]
    pieces = _array(column) if pa.types.is_list(column.type) else [_FIXED[column.type.id](column)]
    if not column.null_count:
        sizes = sum(lengths_of(piece) for piece in pieces)
        return [sizes.astype(">i4") if isinstance(sizes, np.ndarray) else sizes.to_bytes(4), *pieces]
    valid = column.is_valid().to_numpy(zero_copy_only=False)
    values = joined(pieces, len(column))
    return [np.where(valid, lengths_of(values), -1).astype(">i4"), _with_nulls(values, valid_bits(column))]


_FIXED: Final[dict[int, Callable[[Any], NDArray[Any]]]] = {
    pa.lib.Type_BOOL: lambda column: raw(column.cast(pa.uint8()), "u1"),
    pa.lib.Type_INT64: lambda column: raw(column, "<i8").astype(">i8"),
    pa.lib.Type_DATE32: lambda column: (raw(column, "<i4") - DAYS).astype(">i4"),
    pa.lib.Type_TIMESTAMP: lambda column: (raw(column, "<i8") - MICROSECONDS).astype(">i8"),
    pa.lib.Type_FIXED_SIZE_BINARY: lambda column: raw(column, f"V{column.type.byte_width}"),
    pa.lib.Type_DECIMAL128: lambda column: numerics(raw(column, "V16"), column.type.scale),
    pa.lib.Type_DECIMAL256: lambda column: numerics(raw(column, "V32"), column.type.scale),
}
"""The bytes of each value; those of a NULL mean nothing."""


def _array(column: pa.ListArray) -> list[Piece]:
    """array_recv: dimensions, no NULLs, the elements' type, their number, the first one's subscript, then they."""
    elements = column.flatten()
    counts = np.asarray(lengths_of(column))
    header: NDArray[np.int32] = np.empty((len(column), 5), ">i4")
    header[:] = (1, 0, oid_of(column.type.value_type), 0, FIRST_SUBSCRIPT)
    header[:, 3] = counts
    values = joined(field(elements), len(elements))
    return [header, byte_array(np.diff(offsets_in(values)[offsets_of(counts)]), values.buffers()[2])]


def _with_nulls(values: pa.BinaryArray, valid: pa.Buffer | None) -> pa.BinaryArray:
    return pa.BinaryArray.from_buffers(values.type, len(values), [valid, *values.buffers()[1:]])
