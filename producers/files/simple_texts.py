"""Whether all texts of a column are simple values: such as the way by rows would publish as they stand.

What is not simple may still be valid. The definition is `producers.rows.validation`; a property test holds the two
together.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from models.types.column_types import GREATEST_INT, Column, ColumnType, Instant, ListType, TextType
from models.wire.limits import limit_checks
from models.wire.plain_forms import plain
from producers.rows.null_markers import NULL_MARKERS

_MARKERS: Final = pa.array(sorted(NULL_MARKERS), pa.string())
_APOSTROPHE: Final = "'"
_BLANKS: Final = r"\s\pZ\x{85}"
"""What is taken off both ends of a text."""


def can_be_simple(kind: ColumnType, delimiter: str) -> bool:
    """Whether values of a type can be recognised by columns in files with this delimiter."""
    if isinstance(kind, ListType):
        one_character = len(kind.separator) == 1 and kind.separator != delimiter
        return one_character and not any(limit_checks(kind.item))
    return True


def typed(kind: ColumnType, texts: pa.StringArray) -> pa.Array:
    """The values of simple texts that are not lists."""
    if isinstance(kind, Instant):
        return pc.utf8_slice_codeunits(texts, 0, -len("Z")).cast(pa.timestamp("us")).view(kind.arrow)
    return texts if isinstance(kind, TextType) else texts.cast(kind.arrow)


def simple_texts(column: Column, texts: pa.StringArray) -> pa.StringArray | None:
    """The texts as `models.wire.encode.json_values_of_texts` takes them; None unless all of them are simple."""
    if not column.optional or isinstance(column.type, TextType):
        return _simple(column, texts)
    nothing = pc.equal(texts, "")
    if not pc.any(nothing).as_py():
        return _simple(column, texts)
    some = _simple(column, texts.filter(pc.invert(nothing)))
    if some is None:
        return None
    return pc.replace_with_mask(pa.nulls(len(texts), pa.string()), pc.invert(nothing), some)


def _simple(column: Column, texts: pa.StringArray) -> pa.StringArray | None:
    if isinstance(column.type, TextType):
        return _simple_words(column, texts)
    if isinstance(column.type, Instant):
        texts = _in_utc(texts)
    matches = pc.match_substring_regex(texts, rf"\A{_form(column.type)}\z")
    if not _all(matches):
        return None
    return texts if _keep_limits(column.type, texts) else None


def _form(kind: ColumnType) -> str:
    if not isinstance(kind, ListType):
        return plain(kind)
    between = f"\\x{{{ord(kind.separator):x}}}"
    item = plain(kind.item)
    if isinstance(kind.item, TextType):
        inside = rf'"\\\x00-\x1f{between}'
        item = rf"[^{inside}{_BLANKS}](?:[^{inside}]*[^{inside}{_BLANKS}])?"
    return f"(?:{item}(?:{between}{item})*)?"


def _in_utc(texts: pa.StringArray) -> pa.StringArray:
    """Moments without a zone, or with a space in place of the T, in the form of the wire."""
    return pc.replace_substring_regex(texts, r"\A(.{10})[T ]([0-9:.]+)Z?\z", r"\1T\2Z")


def _simple_words(column: Column, texts: pa.StringArray) -> pa.StringArray | None:
    texts = pc.utf8_trim_whitespace(texts)
    suspect = pc.or_(pc.starts_with(texts, _APOSTROPHE), pc.match_substring(texts, "\0"))
    empty = pc.equal(texts, "")
    if column.optional:
        suspect = pc.or_(suspect, pc.is_in(texts, _MARKERS))
        texts = pc.if_else(empty, None, texts)
    else:
        suspect = pc.or_(suspect, empty)
    if pc.any(suspect).as_py():
        return None
    return texts if _keep_limits(column.type, texts) else None


def _keep_limits(kind: ColumnType, texts: pa.StringArray) -> bool:
    if isinstance(kind, ListType):
        most = kind.max_length if kind.max_length is not None else GREATEST_INT
        items = pc.add(pc.count_substring(texts, kind.separator), pc.cast(pc.not_equal(texts, ""), pa.int32()))
        return _all(pc.and_(pc.greater_equal(items, kind.min_length), pc.less_equal(items, most)))
    checks = list(limit_checks(kind))
    values = typed(kind, texts) if checks else None
    return all(_all(check(values)) for check in checks)


def _all(matches: pa.BooleanArray) -> bool:
    return bool(pc.all(matches, min_count=0).as_py())
