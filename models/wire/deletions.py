"""Which records delete a row, and which row.

The key of a record names a row of a table without a group: there a record without value deletes it. Where rows have a
group, the key names the group, so a message in the value names the row: its key columns and `"deleted":true`.
"""

from __future__ import annotations

import json
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from models.declaration.model import RowTable
from models.wire.definition import Definition, NotARowError, Values
from models.wire.keys import key_values

_FEW: Final = 64
"""Values that Python looks at in less time than Arrow begins to."""
MAX_KEY_SHOWN: Final = 100
"""Bytes of a bad key that its reason quotes."""


def deletion_mark(table: RowTable) -> str:
    """The member that marks a value as a deletion: `deleted`, with as many `_` as tell it from the columns."""
    mark = "deleted"
    while mark in table.types:
        mark += "_"
    return mark


class Deletions:
    """How the records of one table's topic delete."""

    def __init__(self, table: RowTable) -> None:
        """Take the table."""
        self._table = table
        self._keys = Definition(table, table.key)
        self._mark = deletion_mark(table)

    def may_be_in(self, values: pa.BinaryArray) -> bool:
        """Whether records with these values may delete something; False only if they surely do not."""
        if self._table.group is None:
            return bool(values.null_count)
        # An escape sequence may stand for a letter of the mark.
        if len(values) <= _FEW:
            block = b"".join([value for value in values.to_pylist() if value is not None])
            return self._mark.encode() in block or b"\\u" in block
        return bool(pc.any(pc.match_substring_regex(values, rf"{self._mark}|\\u")).as_py())

    def named_by_key(self, key: bytes | None) -> Values:
        """The key columns of the row that a record without value deletes.

        Raises:
            NotARowError: it deletes none.
        """
        if self._table.group is not None:
            members = ",".join(f"{json.dumps(name)}:…" for name in self._table.key)
            raise NotARowError(
                None,
                f"the record has no value, and its key does not name a row of {self._table.name}; to delete one, "
                f'send the value {{{members},"{self._mark}":true}}',
            )
        names = self._table.key
        field = names[0] if len(names) == 1 else None
        try:
            if key is None:
                raise NotARowError(None, "is missing")  # noqa: TRY301  # one place words the reason
            return key_values(self._keys, key)
        except NotARowError as fault:
            found = "has no key" if key is None else f"has the key {key[:MAX_KEY_SHOWN]!r}, which {fault.reason}"
            must = field or f"[{', '.join(names)}]"
            raise NotARowError(
                fault.field or field,
                f"the record has no value, which deletes, but {found}: the key must be the {must} to delete, as JSON",
            ) from None

    def named_by_message(self, members: Values) -> Values | None:
        """The key columns of the row that a value deletes; None if it is not marked as a deletion.

        Raises:
            NotARowError: the mark, or the key of a deletion, is not valid.
        """
        if self._table.group is None or self._mark not in members:
            return None
        mark = members[self._mark]
        if not isinstance(mark, bool):
            raise NotARowError(self._mark, "is not true or false")
        return self._keys.read(members) if mark else None
