"""JSON objects of other writers: members in another order, with spaces between, or left out where they are optional."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

import msgspec

from models.declaration.model import RowTable
from models.types.column_types import Column, ListType, WholeNumber
from models.wire.encode import NULL, member_openings

_ABSENT: Final = msgspec.Raw(NULL)
_FAULTS: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Rearrangement:
    """Brings values into the order and spacing of `models.wire.encode`; the values of members stay as they are."""

    def __init__(self, table: RowTable) -> None:
        """Take the columns from the declaration."""
        fields = [_field(number, column) for number, column in enumerate(table.columns)]
        # Members that are not declared may mark a deletion.
        struct = msgspec.defstruct("Members", fields, kw_only=True, forbid_unknown_fields=True)
        self._decoder = msgspec.json.Decoder(struct)
        names = [name for name, *_ in fields]
        self._values: Callable[[Any], tuple[msgspec.Raw, ...]] = _getter(names)
        openings = member_openings(table.columns)
        self._template = b"".join(opening.replace(b"%", b"%%") + b"%b" for opening in openings) + b"}"
        self._spaced = [
            number
            for number, column in enumerate(table.columns)
            if isinstance(column.type, ListType) and isinstance(column.type.item, WholeNumber)
        ]

    def of(self, value: bytes | None) -> bytes | None:
        """The value with its members in their places; None if it is not an object of just these, each once."""
        try:
            found = self._values(self._decoder.decode(value or b""))
        except _FAULTS:
            return None
        members = [bytes(member) for member in found]
        absent = sum(member is _ABSENT for member in found)
        for number in self._spaced:
            members[number] = members[number].translate(None, b" ")
        arranged = self._template % tuple(members)
        # A name that is repeated shows in the count of quotes.
        same = value is not None and value.count(b'"') + 2 * absent == arranged.count(b'"')
        return arranged if same else None


def _field(number: int, column: Column) -> tuple[str, type, Any]:
    default = {"default": _ABSENT} if column.optional else {}
    return f"c{number}", msgspec.Raw, msgspec.field(name=column.name, **default)


def _getter(names: list[str]) -> Callable[[Any], tuple[msgspec.Raw, ...]]:
    if len(names) == 1:
        return lambda found: (getattr(found, names[0]),)
    get: Callable[[Any], tuple[msgspec.Raw, ...]] = operator.attrgetter(*names)
    return get
