"""JSON values in the very form that `models.wire.encode` writes, read by columns.

One regular expression, made from the declaration, says which values are of the form. In those each quote has its place,
so that columns are found by counting quotes: nothing is parsed twice, and no Python code runs for each value.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from models.declaration.model import RowTable
from models.types.column_types import Column, ColumnType, Day, Instant, ListType, TextType
from models.wire.byte_arrays import Places, bytes_of, texts_at
from models.wire.encode import member_openings
from models.wire.escapes import ESCAPED, unescaped
from models.wire.plain_forms import UNESCAPED, plain

_QUOTE, _COMMA, _CLOSED, _NULL, _UTC = b'",]nZ'
_QUOTED: Final = (TextType, Day, Instant)
_NOT_BRACKET: Final = rf"{UNESCAPED[:-1]}\[\]]"
"""A character of an item of a list of texts; brackets would hide where the list ends."""


class FormRows(NamedTuple):
    """Rows of the values that are in the form, and where these stood among those given."""

    rows: pa.RecordBatch
    indices: Places


class FormReader:
    """Reads the values of one table."""

    def __init__(self, table: RowTable, *, escapes: bool = False) -> None:
        """Make the form from the declaration.

        Args:
            table: of the rows.
            escapes: whether texts may hold escape sequences, as `models.wire.escapes` hides them.
        """
        self._escapes = escapes
        self._columns = table.columns
        self._schema = pa.schema([(column.name, column.type.arrow) for column in table.columns])
        # RE2 takes bytes as Latin-1.
        openings = [re.escape(opening.decode("latin-1")) for opening in member_openings(table.columns)]
        members = [
            opening + _form(column, escapes=escapes) for opening, column in zip(openings, table.columns, strict=True)
        ]
        self._form = rf"\A{''.join(members)}\}}\z"

    def read(self, values: pa.BinaryArray) -> FormRows:
        """The rows of those values that are in the form; limits that `Field` declares are not checked."""
        in_form = _utf8(values, np.asarray(pc.fill_null(pc.match_substring_regex(values, self._form), False)))  # noqa: FBT003
        if not in_form.all():
            values = values.filter(pa.array(in_form))
        walk = _QuoteWalk(values, escapes=self._escapes)
        found = [walk.column(column, is_last=column is self._columns[-1]) for column in self._columns]
        return FormRows(pa.RecordBatch.from_arrays(found, schema=self._schema), np.flatnonzero(in_form))


def _form(column: Column, *, escapes: bool) -> str:
    value = _value(column.type, escapes=escapes)
    if not column.optional:
        return value
    # An empty text is nothing.
    return f'(?:{value}|null|"")' if isinstance(column.type, TextType) else f"(?:{value}|null)"


def _value(kind: ColumnType, *, escapes: bool) -> str:
    if isinstance(kind, ListType):
        is_text = isinstance(kind.item, TextType)
        item = _text(_NOT_BRACKET, escapes=escapes) if is_text else plain(kind.item)
        return rf"\[(?:{item}(?:,{item})*)?\]"
    if isinstance(kind, TextType):
        return _text(UNESCAPED, escapes=escapes)
    return f'"{plain(kind)}"' if isinstance(kind, _QUOTED) else plain(kind)


def _text(character: str, *, escapes: bool) -> str:
    return f'"(?:{character}|{ESCAPED})+"' if escapes else f'"{character}+"'


def _utf8(values: pa.BinaryArray, in_form: Places) -> Places:
    """Which values of the form are UTF-8 too."""
    try:
        values.cast(pa.string())
    except pa.ArrowInvalid:
        texts = zip(values.to_pylist(), in_form.tolist(), strict=True)
        return np.array([known and _is_utf8(value) for value, known in texts], np.bool_)
    return in_form


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


class _QuoteWalk:
    """Goes through the columns of all values in step, from quote to quote."""

    def __init__(self, values: pa.BinaryArray, *, escapes: bool) -> None:
        self._escapes = escapes
        self._block, bounds = bytes_of(values)
        self._bytes = np.frombuffer(self._block, np.uint8)
        self._ends = bounds[1:]
        quotes = np.flatnonzero(self._bytes == _QUOTE)
        # Of each value, the number of the quote that begins the next column's name.
        self._at = np.searchsorted(quotes, bounds[:-1])
        self._quotes: Places = np.append(quotes, 0)

    def column(self, column: Column, *, is_last: bool) -> pa.Array:
        """The next column."""
        starts = self._quotes[self._at + 1] + len('":')
        holds = self._bytes[starts] != _NULL if column.optional else np.ones(len(starts), np.bool_)
        self._at = self._after(column.type, starts, holds)
        ends = (self._ends if is_last else self._quotes[self._at]) - 1
        if holds.all():
            return self._values(column, starts, ends)
        # NULL is what stands at no place.
        return self._values(column, starts[holds], ends[holds]).take(pa.array(np.cumsum(holds) - 1, mask=~holds))

    def _after(self, kind: ColumnType, starts: Places, holds: Places) -> Places:
        """The number of the next column's first quote."""
        if isinstance(kind, ListType) and isinstance(kind.item, TextType):
            brackets: Places = np.append(np.flatnonzero(self._bytes == _CLOSED), 0)
            closed = brackets[np.searchsorted(brackets[:-1], starts)]
            return np.where(holds, np.searchsorted(self._quotes[:-1], closed), self._at + 2)
        return self._at + 2 + 2 * holds if isinstance(kind, _QUOTED) else self._at + 2

    def _values(self, column: Column, starts: Places, ends: Places) -> pa.Array:
        """The values that stand between these places."""
        if isinstance(column.type, ListType):
            return self._lists(column.type, texts_at(self._block, starts + 1, ends))
        if isinstance(column.type, _QUOTED):
            starts, ends = starts + 1, ends - 1
        if isinstance(column.type, Instant):
            # Without its zone, which Arrow takes longer to read.
            ends -= np.where(self._bytes[ends - 1] == _UTC, len("Z"), len("+00:00"))
        values = self._typed(column.type, texts_at(self._block, starts, ends))
        if column.optional and isinstance(column.type, TextType):
            return pc.if_else(pc.equal(values, ""), None, values)
        return values

    def _typed(self, kind: ColumnType, texts: pa.BinaryArray) -> pa.Array:
        texts = texts.view(pa.string())
        if isinstance(kind, Instant):
            return texts.cast(pa.timestamp("us")).view(kind.arrow)
        if isinstance(kind, TextType):
            return unescaped(texts) if self._escapes else texts
        return texts.cast(kind.arrow)

    def _lists(self, kind: ListType, texts: pa.BinaryArray) -> pa.ListArray:
        """Lists from their items with the commas between them and the closing bracket."""
        block, bounds = bytes_of(texts)
        characters = np.frombuffer(block, np.uint8)
        starts: Places
        if isinstance(kind.item, TextType):
            quotes = np.flatnonzero(characters == _QUOTE)
            starts, ends = quotes[0::2] + 1, quotes[1::2]
        else:
            ends = np.flatnonzero((characters == _COMMA) | (characters == _CLOSED))
            starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
            starts, ends = starts[ends > starts], ends[ends > starts]
        offsets: Places = np.searchsorted(starts, bounds).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), self._typed(kind.item, texts_at(block, starts, ends)))
