"""Few rows as an array of a table's row type, by lists of Python: the bytes mean what `binary_rows` sends of many."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain, repeat
from typing import Any, Final

import pyarrow as pa

from models.types.plain_values import FEW, plain_values
from streams.columns.constant_column import ConstantColumn
from streams.postgres.binary_numeric import numeric
from streams.postgres.binary_values import DAYS, FIRST_SUBSCRIPT, MICROSECONDS, oid_of

_FEW_BYTES: Final = 64 * 1024
"""Of few rows: long lists take less as arrays."""
NULL: Final = struct.pack(">i", -1)
_SIZE: Final = struct.Struct(">i").pack
_DAY, _WORD, _FLAG = struct.Struct(">ii").pack, struct.Struct(">iq").pack, struct.Struct(">i?").pack
_ARRAY: Final = struct.Struct(">iiiIii").pack
_ARRAY_BYTES: Final = 20
"""Of its header, without the size."""

Encode = Callable[[Any], bytes]
"""Size and bytes of a value that is not NULL."""


@dataclass(frozen=True, slots=True)
class FewRows:
    """Columns by name: their values as `plain_values` gives them, and their Arrow types, maybe among others."""

    types: Mapping[str, pa.DataType]
    values: Mapping[str, Sequence[Any]]

    @staticmethod
    def are_few(rows: pa.RecordBatch) -> bool:
        """Whether so many take less as lists of Python than as arrays."""
        return len(rows) <= FEW and rows.nbytes <= _FEW_BYTES

    @staticmethod
    def of(rows: pa.RecordBatch) -> FewRows:
        """The same rows."""
        names = rows.schema.names
        types = dict(zip(names, rows.schema.types, strict=True))
        return FewRows(types, dict(zip(names, map(plain_values, rows.columns), strict=True)))

    def __len__(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.values.values())))

    def records(self, columns: Sequence[tuple[str, int]]) -> bytes:
        """The rows as records of these columns, of which each has a name and an oid; one that is not here is NULL."""
        count, same, fields = len(self), _SIZE(len(columns)), list[Iterable[bytes]]()
        for name, oid in columns:
            same += oid.to_bytes(4)
            values = self.values.get(name)
            if values is None:
                same += NULL
            elif isinstance(values, ConstantColumn):
                same += _encoder(self.types[name])(values.value)
            else:
                # What is the same in all rows stands between two columns, in one piece.
                fields += [repeat(same, count), _encoded(_encoder(self.types[name]), values)]
                same = b""
        fields.append(repeat(same, count))
        records = list(map(b"".join, zip(*fields, strict=True)))
        return b"".join(chain.from_iterable(zip(map(_SIZE, map(len, records)), records, strict=True)))


def _encoded(encode: Encode, values: Sequence[Any]) -> Iterable[bytes]:
    return [NULL if value is None else encode(value) for value in values] if None in values else map(encode, values)


@lru_cache
def _encoder(kind: pa.DataType) -> Encode:
    if pa.types.is_decimal(kind):
        return numeric(kind.scale)
    if pa.types.is_list(kind):
        return partial(_array, oid_of(kind.value_type), _encoder(kind.value_type))
    return _ENCODERS[kind.id]


def _array(oid: int, encode: Encode, items: Sequence[Any]) -> bytes:
    """See `binary_values`."""
    body = b"".join(map(encode, items))
    return _ARRAY(_ARRAY_BYTES + len(body), 1, 0, oid, len(items), FIRST_SUBSCRIPT) + body


def _sized(value: bytes) -> bytes:
    return _SIZE(len(value)) + value


_ENCODERS: Final[Mapping[int, Encode]] = {
    pa.lib.Type_BOOL: partial(_FLAG, 1),
    pa.lib.Type_INT64: partial(_WORD, 8),
    pa.lib.Type_DATE32: lambda value: _DAY(4, value - DAYS),
    pa.lib.Type_TIMESTAMP: lambda value: _WORD(8, value - MICROSECONDS),
    pa.lib.Type_STRING: _sized,
    pa.lib.Type_FIXED_SIZE_BINARY: _sized,
}
