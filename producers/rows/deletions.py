"""Files that name what to delete: by the columns of a key, whatever columns there are beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.declaration.model import RowTable
from models.types.column_types import Identifier
from producers.rows.column_mapping import ColumnMapping
from producers.rows.file_kinds import FileKinds, HeaderError, column_names, refuse_repeats
from producers.rows.json_rows import json_of, key_of
from producers.rows.validation import parsed

_NUMBER = re.compile(r"[0-9]+")


class DeletionMapping:
    """Mappings of files whose rows name what to delete.

    A file names rows by the key of one kind. Where it holds the keys of several, it is that kind which refers to the
    others: rows of an order name a customer as well. A first line of one whole number is not a header, if just one kind
    that has a group is named by one id: such a file holds these ids.
    """

    def __init__(self, kinds: FileKinds) -> None:
        """Take what files there may be."""
        self.kinds = kinds
        self.choices = sorted(kinds.tables, key=lambda kind: kind.group is None)
        """The first of which the header names the key is meant, but for those that it refers to."""
        listed = [kind for kind in self.choices if kind.group is not None and _is_named_by_id(kind)]
        self.of_bare_ids = listed[0] if len(listed) == 1 else None
        """What a file without a header deletes."""

    def __call__(self, header: Sequence[str], file_name: str) -> ColumnMapping:
        """See ColumnMappingOf; the header must name the key of a kind, and it must be clear of which."""
        if self.of_bare_ids and len(header) == 1 and _NUMBER.fullmatch(header[0]):
            return ColumnMapping(self.of_bare_ids, tuple(_key(self.of_bare_ids)), (0,), has_header=False, deletes=True)
        kind = self._kind(header, file_name)
        by_group = _in_header(kind, kind.partitioned_by)
        names = tuple(dict.fromkeys(_key(kind) + (by_group if set(by_group) <= set(header) else [])))
        refuse_repeats(header, names)
        return ColumnMapping(kind, tuple(header), tuple(map(header.index, names)), deletes=True)

    def _kind(self, header: Sequence[str], file_name: str) -> RowTable:
        named = [kind for kind in self.choices if set(_key(kind)) <= set(header)]
        if not named:
            raise HeaderError(f"its header names no key to delete by: it must name {self._expected()}")
        free = [kind for kind in named if not any(_refers(other, kind) for other in named)]
        rivals = [kind for kind in free if set(_key(kind)) == set(_key(free[0]))]
        kind = self.kinds.chosen(rivals, file_name)
        if kind is None:
            names = " and ".join(kind.name for kind in rivals)
            raise HeaderError(f"its header names the key of {names}: name the file after the kind to delete")
        return kind

    @property
    def keys(self) -> str:
        """The keys of all kinds, in the order in which they are looked for; columns of one joined by +."""
        return ", ".join(dict.fromkeys(" + ".join(_key(kind)) for kind in self.choices))

    def _expected(self) -> str:
        if self.of_bare_ids is None:
            return f"one of the columns {self.keys}"
        name = _key(self.of_bare_ids)[0].replace("_", " ")
        return f"one of the columns {self.keys}, or the file must hold one {name} a line"


def _key(kind: RowTable) -> list[str]:
    return _in_header(kind, kind.key)


def _in_header(kind: RowTable, columns: Sequence[str]) -> list[str]:
    names = dict(zip(kind.types, column_names(kind), strict=True))
    return [names[name] for name in columns]


def _is_named_by_id(kind: RowTable) -> bool:
    return len(kind.key) == 1 and isinstance(kind.types[kind.key[0]], Identifier)


def _refers(kind: RowTable, to: RowTable) -> bool:
    """Whether rows of a kind hold the key of another, which do not hold theirs."""
    return set(_key(to)) <= set(column_names(kind)) and not set(_key(kind)) <= set(column_names(to))


def encode_deletion(layout: ColumnMapping, fields: list[str]) -> tuple[bytes, bytes | None]:
    """The key and the value of the record that deletes what a row names.

    Raises:
        RowFaultError: a part of the key is missing or not valid.
    """
    kind, values = layout.kind, parsed(layout, fields)
    if kind.group is None:
        return key_of(kind.key, values), None
    # The record's key is the group where the file has it, so that the record goes where the row went.
    key = key_of([kind.group] if kind.group in values else kind.key, values)
    return key, json_of({**{name: values[name] for name in kind.key}, _mark(kind): True})


def _mark(kind: RowTable) -> str:
    """The member that marks a record as a deletion; no column has its name."""
    mark = "deleted"
    while mark in kind.types:
        mark += "_"
    return mark
