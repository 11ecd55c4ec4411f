"""Keys of records: the JSON of the value, for several columns a JSON array of them.

So the key of one whole number is its digits. A key is made of typed values, not of a file's texts: equal numbers must
have the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from models.declaration.model import FeatureTable
from models.types.column_types import Column, Day
from models.wire.definition import Definition, NotARowError, Values, json_of_bytes
from models.wire.encode import json_of


def key_bytes(columns: Sequence[Column], rows: pa.RecordBatch) -> pa.BinaryArray:
    """The key of each row: that of these columns, of which none is NULL."""
    return joined_keys([json_of(column.type, rows.column(column.name)) for column in columns])


def joined_keys(values: list[pa.BinaryArray]) -> pa.BinaryArray:
    """The keys of the JSON of each of their columns."""
    return values[0] if len(values) == 1 else _enclosed(values)


class GroupKeys:
    """The keys of a feature table's groups."""

    def __init__(self, features: FeatureTable) -> None:
        """Take the columns of its groups, of which one may be the first day of a period."""
        self._columns = [
            Column(group.name, group.column.type if group.period is None else Day()) for group in features.group
        ]

    @property
    def names(self) -> list[str]:
        """The columns of a group."""
        return [column.name for column in self._columns]

    def of(self, groups: pa.RecordBatch) -> pa.BinaryArray:
        """The key of each group."""
        return key_bytes(self._columns, groups)


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
