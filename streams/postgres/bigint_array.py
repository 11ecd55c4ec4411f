"""Postgres' binary form of bigint[], a whole array in one go.

asyncpg looks at each element of an array by its abstract base classes, to distinguish nested lists from values: for the
arrays of a batch that is a quarter of the worker's time. An array on the wire is a header (dimensions, whether there
are NULLs, the elements' type; then length and lower bound of the one dimension) and for each element its size and
its value, all big-endian: array_recv in PostgreSQL's src/backend/utils/adt/arrayfuncs.c.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from streams.postgres.asyncpg_adapter import add_codec

if TYPE_CHECKING:
    from streams.postgres.connection import Connection

_BIGINT_OID = 20
_BIGINT_ARRAY_OID = 1016
_BIGINT_SIZE = 8
_EMPTY = struct.Struct(">iii")
_HEADER = struct.Struct(">iiIii")
_NULL = struct.pack(">i", -1)
_ELEMENT = np.dtype([("size", ">i4"), ("value", ">i8")])


def encode(values: Sequence[int | None] | NDArray[np.int64]) -> bytes:
    """An array of one dimension.

    Raises:
        OverflowError, struct.error: a value is not a 64-bit integer.
        TypeError: a value is not an integer.
    """
    count = len(values)
    if not count:
        return _EMPTY.pack(0, 0, _BIGINT_OID)
    if not isinstance(values, np.ndarray):
        if None in values:
            return _encode_with_nulls(values)
        values = np.frombuffer(array("q", cast("Sequence[int]", values)), np.int64)
    elements: NDArray[np.void] = np.empty(count, _ELEMENT)
    elements["size"] = _BIGINT_SIZE
    elements["value"] = values
    encoded: bytes = elements.tobytes()
    return _HEADER.pack(1, 0, _BIGINT_OID, count, 1) + encoded


def _encode_with_nulls(values: Sequence[int | None]) -> bytes:
    elements = (_NULL if value is None else struct.pack(">iq", _BIGINT_SIZE, value) for value in values)
    return _HEADER.pack(1, 1, _BIGINT_OID, len(values), 1) + b"".join(elements)


def decode(data: bytes) -> list[int]:
    """The values of an array of one dimension without NULLs.

    Raises:
        ValueError: it has NULLs or more dimensions.
    """
    dimensions, has_nulls, _ = _EMPTY.unpack_from(data)
    if not dimensions:
        return []
    if dimensions > 1 or has_nulls:
        raise ValueError("only bigint arrays of one dimension without NULLs are expected here")
    elements = np.frombuffer(data, _ELEMENT, offset=_HEADER.size)
    values: list[int] = elements["value"].tolist()
    return values


async def use_on(connection: Connection) -> None:
    """Let a connection use this codec for every bigint[]."""
    add_codec(connection, _BIGINT_ARRAY_OID, "_int8", "pg_catalog", encode, decode)
