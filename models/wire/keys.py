"""Keys of records: the JSON of the value, for several columns a JSON array of them.

So the key of one whole number is its digits. A key is made of typed values, not of a file's texts: equal numbers must
have the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from models.declaration.model import FeatureTable
from models.types.column_types import (
    MAX_DIGITS,
    Column,
    ColumnType,
    Day,
    ExactDecimal,
    Flag,
    Identifier,
    Instant,
    TextType,
    WholeNumber,
)
from models.wire.conversions import converter
from models.wire.definition import Definition, NotARowError, Values, json_of_bytes
from models.wire.encode import json_of
from models.wire.parts import Part

if TYPE_CHECKING:
    from models.states.few_groups import FewDeltas


def key_bytes(columns: Sequence[Column], rows: pa.RecordBatch) -> pa.BinaryArray:
    """The key of each row: that of these columns, of which none is NULL."""
    return joined_keys([json_of(column.type, rows.column(column.name)) for column in columns])


def joined_keys(values: list[pa.BinaryArray]) -> pa.BinaryArray:
    """The keys of the JSON of each of their columns."""
    return values[0] if len(values) == 1 else _enclosed(values)


def key_parts(values: list[list[Part]]) -> list[Part]:
    """The parts of the keys, of those of the JSON of each of their columns."""
    first, *others = values
    if not others:
        return first
    return [b"[", *first, *chain.from_iterable([b",", *value] for value in others), b"]"]


class GroupKeys:
    """The keys of a feature table's groups."""

    def __init__(self, features: FeatureTable) -> None:
        """Take the columns of its groups, of which one may be the first day of a period."""
        self._columns = [Column(group.name, group.type) for group in features.group]

    @property
    def names(self) -> list[str]:
        """The columns of a group."""
        return [column.name for column in self._columns]

    def of(self, groups: pa.RecordBatch) -> pa.BinaryArray:
        """The key of each group."""
        return key_bytes(self._columns, groups)

    def of_few(self, delta: FewDeltas) -> list[bytes]:
        """The key of each group of a delta."""
        if len(self._columns) == 1 and isinstance(self._columns[0].type, WholeNumber):
            return [b"%d" % number for number in delta.keys[0]]
        found: list[bytes] = self.of(delta.groups).to_pylist()
        return found


def _enclosed(values: list[Any]) -> pa.BinaryArray:
    comma, nothing = pa.scalar(b",", pa.binary()), pa.scalar(b"", pa.binary())
    first, *others = values
    parts = [pa.scalar(b"[", pa.binary()), first]
    for value in others:
        parts += [comma, value]
    return pc.binary_join_element_wise(*parts, pa.scalar(b"]", pa.binary()), nothing)


def key_values(definition: Definition, key: bytes) -> Values:
    """The values of a key's columns, from its bytes.

    Raises:
        NotARowError: they are not a key of these columns.
    """
    columns = definition.columns
    try:
        found = json_of_bytes(key)
    except (ValueError, RecursionError) as error:
        raise NotARowError(None, f"is not JSON: {error}") from None
    parts = [found] if len(columns) == 1 else found
    if not isinstance(parts, list) or len(parts) != len(columns):
        raise NotARowError(None, f"is not a JSON array of {len(columns)} values")
    return definition.read({column.name: part for column, part in zip(columns, parts, strict=True)})


def group_values(features: FeatureTable, parts: Sequence[object]) -> tuple[object, ...]:
    """The values of a group's columns, from what JSON says of each.

    Raises:
        NotARowError: there are more or fewer, or one is not what its column holds.
    """
    if len(parts) != len(features.group):
        names = ", ".join(group.name for group in features.group)
        expected = f"a key of {features.name} has {len(features.group)} values ({names})"
        raise NotARowError(None, f"{expected}, this one has {len(parts)}")
    return tuple(_value(group.name, group.type, part) for group, part in zip(features.group, parts, strict=True))


def group_of_texts(features: FeatureTable, texts: Sequence[str]) -> tuple[object, ...]:
    """The same from the text of each value, as it stands in an address: a text without quotes, all else as in JSON.

    Raises:
        NotARowError: as for `group_values`.
    """
    kinds = [group.type for group in features.group]
    # What is missing or too many is found there.
    pairs = zip_longest(kinds, texts)
    return group_values(features, [_of_text(kind, text) for kind, text in pairs if text is not None])


def _of_text(kind: ColumnType | None, text: str) -> object:
    if not isinstance(kind, WholeNumber | ExactDecimal | Flag):
        return text
    try:
        return json_of_bytes(text.encode())
    except (ValueError, RecursionError):
        return text


def _value(name: str, kind: ColumnType, part: object) -> object:
    python_type, expected = _VALUES[type(kind)]
    try:
        found = converter(kind)(part)
    except ValueError as error:
        raise NotARowError(name, str(error)) from None
    if type(found) is not python_type or (isinstance(found, Decimal) and abs(found.adjusted()) > MAX_DIGITS):
        raise NotARowError(name, f"is not {expected}")
    return found


_VALUES: Final[Mapping[type[ColumnType], tuple[type, str]]] = {
    Identifier: (int, "a whole number"),
    WholeNumber: (int, "a whole number"),
    ExactDecimal: (Decimal, "a number"),
    TextType: (str, "a text"),
    Flag: (bool, "true or false"),
    Day: (date, "a date"),
    Instant: (datetime, "a date and time"),
}
