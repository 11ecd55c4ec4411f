"""Columns as Postgres' binary forms of their values, made without a look at each value in Python.

The forms are what the types' receive functions in PostgreSQL's src/backend/utils/adt read; all numbers are big-endian.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from streams.columns.binary_array import Part, byte_array, fixed_size, joined, lengths_of, valid_bits
from streams.columns.ragged import offsets_of
from streams.postgres.binary_numeric import numerics

_DAYS, _MICROSECONDS = 10_957, 946_684_800_000_000
"""2000-01-01, Postgres' epoch, since 1970."""
_FIRST_SUBSCRIPT = 1
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


def binary_values(column: pa.Array) -> pa.BinaryArray:
    """The binary form of each value; NULL stays NULL.

    Args:
        column: of a type that `oid_of` knows. Fixed-size binaries have 16 bytes; lists hold no NULL.
    """
    if pa.types.is_list(column.type):
        return _arrays(column)
    if pa.types.is_string(column.type):
        return column.cast(pa.binary())
    return fixed_size(_FIXED[column.type.id](column), valid_bits(column))


def sized(values: pa.BinaryArray) -> tuple[Part, pa.BinaryArray]:
    """The values as fields are sent: the size of each, -1 of a NULL, and its bytes."""
    sizes = lengths_of(values, of_null=-1)
    if len(sizes) and (sizes == sizes[0]).all():
        return pa.scalar(int(sizes[0]).to_bytes(4, signed=True)), values
    return fixed_size(sizes.astype(">i4")), values


def _raw(column: pa.Array, form: str) -> NDArray[Any]:
    return np.frombuffer(column.buffers()[1], form)[column.offset :][: len(column)]


_FIXED: Final[dict[int, Callable[[Any], NDArray[Any]]]] = {
    pa.lib.Type_BOOL: lambda column: _raw(column.cast(pa.uint8()), "u1"),
    pa.lib.Type_INT64: lambda column: _raw(column, "<i8").astype(">i8"),
    pa.lib.Type_DATE32: lambda column: (_raw(column, "<i4") - _DAYS).astype(">i4"),
    pa.lib.Type_TIMESTAMP: lambda column: (_raw(column, "<i8") - _MICROSECONDS).astype(">i8"),
    pa.lib.Type_FIXED_SIZE_BINARY: lambda column: _raw(column, f"V{column.type.byte_width}"),
    pa.lib.Type_DECIMAL128: lambda column: numerics(_raw(column, "V16"), column.type.scale),
    pa.lib.Type_DECIMAL256: lambda column: numerics(_raw(column, "V32"), column.type.scale),
}
"""The bytes of each value; those of a NULL mean nothing."""


def _arrays(column: pa.ListArray) -> pa.BinaryArray:
    """array_recv: dimensions, no NULLs, the elements' type, their number, the first one's subscript, then they."""
    counts = pc.list_value_length(column).fill_null(0).to_numpy()
    elements = joined(*sized(binary_values(column.flatten())))
    header: NDArray[np.int32] = np.empty((len(column), 5), ">i4")
    header[:] = (1, 0, oid_of(column.type.value_type), 0, _FIRST_SUBSCRIPT)
    header[:, 3] = counts
    lengths = np.diff(np.frombuffer(elements.buffers()[1], np.int32)[offsets_of(counts)])
    arrays = joined(fixed_size(header), byte_array(lengths, elements.buffers()[2]))
    return pa.BinaryArray.from_buffers(arrays.type, len(arrays), [valid_bits(column), *arrays.buffers()[1:]])
