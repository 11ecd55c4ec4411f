"""Which columns name the rows of another kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.types.column_types import ColumnType, Identifier, ListType, TextType, WholeNumber
from producers.proposal.names import singular, words
from producers.proposal.proposed import ProposedColumn, ProposedKind

_SOME: Final = 0.5
_NEARLY_ALL: Final = 0.9
_LEAST_VALUES: Final = 3


def refers_by_name(column: ProposedColumn, of: ProposedKind, key: ProposedColumn) -> bool:
    """Whether a column is called as one that holds the key of that kind: `customer_email`, `product_ids`."""
    name = _singular_words(column.in_header)
    wanted = _singular_words(key.in_header)
    thing = tuple(map(singular, words(of.table)))
    if name[-len(thing) :] == thing or name == thing:
        return True
    if len(wanted) == 1 and wanted != thing and wanted[0] in {"id", "no", "nr", "number", "key", "code", "name"}:
        return name[-len(thing) - 1 :] == (*thing, *wanted)
    return name[-len(wanted) :] == wanted


def note_references(kinds: Sequence[ProposedKind]) -> None:
    """Note for each kind which of its columns refer to the key of which other kind."""
    for kind in kinds:
        for column in kind.columns:
            found = next((other for other in kinds if other is not kind and _refers(column, kind, other)), None)
            if found is not None:
                kind.references[column.name] = found


def _refers(column: ProposedColumn, kind: ProposedKind, other: ProposedKind) -> bool:
    if len(other.key) != 1 or (kind.key == (column.name,) and _is_own(column, kind, other)):
        return False
    key = other.column(other.key[0])
    if not _is_alike(column.type, key.type):
        return False
    share = column.seen.repeats.share_in(key.seen.repeats) if column.is_scalar else _SOME
    if refers_by_name(column, other, key):
        return share >= _SOME or not (column.seen.values and key.seen.values) or isinstance(key.type, WholeNumber)
    is_text = isinstance(column.type, TextType) and isinstance(key.type, TextType)
    return is_text and share >= _NEARLY_ALL and column.seen.repeats.followed >= _LEAST_VALUES


def _is_own(column: ProposedColumn, kind: ProposedKind, other: ProposedKind) -> bool:
    """Whether a column that names the rows of its kind is nearer to this kind than to the other."""
    return not refers_by_name(column, other, other.column(other.key[0])) or refers_by_name(column, kind, column)


def _is_alike(one: ColumnType, other: ColumnType) -> bool:
    """Whether values of both are compared as they stand, be it that one is an Id and the other an int."""
    bare = one.item if isinstance(one, ListType) else one
    if isinstance(bare, WholeNumber) and isinstance(other, WholeNumber):
        return isinstance(other, Identifier) or not isinstance(bare, Identifier)
    return isinstance(bare, TextType) and isinstance(other, TextType)


def _singular_words(name: str) -> tuple[str, ...]:
    return tuple(map(singular, words(name)))
