"""Whether all texts of a column are simple values: such as the way by rows would publish as they stand.

What is not simple may still be valid. The definition is `producers.rows.validation`; a property test holds the two
together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from models.types.column_types import (
    GREATEST_INT,
    Amount,
    Column,
    ColumnType,
    ExactDecimal,
    Identifier,
    Instant,
    ListType,
    TextType,
    UnixTime,
    WholeNumber,
    has_decimal_comma,
)
from models.wire.byte_arrays import bytes_of
from models.wire.encode import json_of
from models.wire.limits import Check, limit_checks
from models.wire.plain_forms import plain
from producers.values.null_markers import NULL_MARKERS

MARKERS: Final = pa.array(sorted(NULL_MARKERS), pa.string())
APOSTROPHE: Final = "'"
_ONE, _NINE = b"19"
_UNIX_DIGITS: Final = {"s": 10, "ms": 13, "us": 16}
_BLANKS: Final = r"\s\pZ\x{85}"
"""What is taken off both ends of a text."""


def can_be_simple(kind: ColumnType, delimiter: str) -> bool:
    """Whether values of a type can be recognised by columns in files with this delimiter."""
    if isinstance(kind, ListType):
        one_character = len(kind.separator) == 1 and kind.separator != delimiter
        return one_character and not any(limit_checks(kind.item))
    return True


def simple_texts(column: Column, texts: pa.StringArray, *, is_key: bool = False) -> pa.StringArray | None:
    """The texts as `models.wire.encode.value_parts` takes them; None unless all of them are simple.

    Args:
        column: that they stand in.
        texts: of a file.
        is_key: whether equal values must be equal texts.

    Raises:
        pa.ArrowInvalid: they are not simple either.
    """
    if not column.optional or isinstance(column.type, TextType):
        return _simple(column, texts, is_key=is_key)
    nothing = pc.equal(texts, "")
    if not pc.any(nothing).as_py():
        return _simple(column, texts)
    some = _simple(column, texts.filter(pc.invert(nothing)))
    if some is None:
        return None
    return pc.replace_with_mask(pa.nulls(len(texts), pa.string()), pc.invert(nothing), some)


def _simple(  # noqa: PLR0911  # a case for each type, in one place
    column: Column, texts: pa.StringArray, *, is_key: bool = False
) -> pa.StringArray | None:
    match column.type:
        case TextType():
            return _simple_words(column, texts)
        case WholeNumber() as kind:
            return _simple_numbers(kind, texts)
        case ExactDecimal() as kind:
            if isinstance(column.written, Amount):
                sign = re.escape(column.written.sign.strip())
                either = rf"\A(?:(-?){sign} ?([0-9.,]+)|(-?[0-9.,]+) ?{sign})\z"
                texts = pc.replace_substring_regex(texts, either, r"\1\2\3")
            if has_decimal_comma(column.written):
                if pc.any(pc.match_substring(texts, ".")).as_py():
                    return None
                texts = pc.replace_substring(texts, ",", ".")
            return _simple_decimals(kind, texts, is_key=is_key)
        case Instant() as kind if isinstance(column.written, UnixTime):
            return _simple_unix_times(kind, column.written.unit, texts)
        case Instant() as kind:
            return _simple_instants(kind, texts)
        case ListType() as kind:
            return texts if _have_form(texts, list_form(kind)) and keep_lengths(kind, texts) else None
        case kind:
            keep = _have_form(texts, plain(kind)) and keep_limits(kind, lambda: texts.cast(kind.arrow))
            return texts if keep else None


def _simple_numbers(kind: WholeNumber, texts: pa.StringArray) -> pa.StringArray | None:
    numbers = texts.cast(pa.int64())
    if isinstance(kind, Identifier):
        block, bounds = bytes_of(texts)
        first = np.frombuffer(block, np.uint8)[bounds[:-1]]
        # Arrow takes no number for one that begins so and goes on in anything but digits.
        is_plain = not len(first) or (first.min() >= _ONE and first.max() <= _NINE)
    else:
        # Written again they are the same, so there is no zero or sign in front that does not belong there.
        is_plain = numbers.cast(pa.string()).equals(texts)
    if not is_plain:
        return None
    return texts if keep_limits(kind, lambda: numbers) else None


def _simple_decimals(kind: ExactDecimal, texts: pa.StringArray, *, is_key: bool) -> pa.StringArray | None:
    form, limited = unsigned(kind)
    if not _have_form(texts, form) or not keep_limits(limited, lambda: texts.cast(kind.arrow)):
        return None
    return json_of(kind, texts.cast(kind.arrow)).cast(pa.string()) if is_key else texts


def unsigned(kind: ExactDecimal) -> tuple[str, ExactDecimal]:
    """The plain form, and the type whose limits are left to be checked: what has no sign keeps that of being from 0."""
    form = plain(kind)
    if kind.bounds.ge != 0:
        return form, kind
    return form.removeprefix("-?"), replace(kind, bounds=kind.bounds._replace(ge=None))


def _simple_instants(kind: Instant, texts: pa.StringArray) -> pa.StringArray | None:
    # Without a zone, or with a space in place of the T, they are brought into the form of the wire.
    texts = pc.replace_substring_regex(texts, r"\A(.{10})[T ]([0-9:.]+)(?:Z|\+00:00)?\z", r"\1T\2Z")
    if not _have_form(texts, plain(kind)):
        return None
    values = pc.utf8_slice_codeunits(texts, 0, -len("Z")).cast(pa.timestamp("us")).view(kind.arrow)
    if not keep_limits(kind, lambda: values):
        return None
    return pc.utf8_slice_codeunits(json_of(kind, values).cast(pa.string()), 1, -1)


def _simple_unix_times(kind: Instant, unit: str, texts: pa.StringArray) -> pa.StringArray | None:
    # To the year 2286, which has as many digits as this one.
    if not _have_form(texts, f"(?:0|[1-9][0-9]{{0,{_UNIX_DIGITS[unit] - 1}}})"):
        return None
    values = texts.cast(pa.int64()).view(pa.timestamp(unit)).cast(pa.timestamp("us")).view(kind.arrow)
    if not keep_limits(kind, lambda: values):
        return None
    return pc.utf8_slice_codeunits(json_of(kind, values).cast(pa.string()), 1, -1)


def _have_form(texts: pa.StringArray, form: str) -> bool:
    return _all(pc.match_substring_regex(texts, rf"\A{form}\z"))


def list_form(kind: ListType) -> str:
    """Regular expression of items divided by the separator, in files that these are divided in like so."""
    between = f"\\x{{{ord(kind.separator):x}}}"
    item = word_form(between) if isinstance(kind.item, TextType) else plain(kind.item)
    return f"(?:{item}(?:{between}{item})*)?"


def word_form(between: str, first: str = "") -> str:
    """Regular expression of a text without blanks at its ends, and without what JSON escapes.

    Args:
        between: what it does not hold either.
        first: what it does not begin with.
    """
    inside = rf'"\\\x00-\x1f{between}'
    return f"[^{inside}{_BLANKS}{first}](?:[^{inside}]*[^{inside}{_BLANKS}])?"


def _simple_words(column: Column, texts: pa.StringArray) -> pa.StringArray | None:
    texts = pc.utf8_trim_whitespace(texts)
    suspect = pc.or_(pc.starts_with(texts, APOSTROPHE), pc.match_substring(texts, "\0"))
    empty = pc.equal(texts, "")
    if column.optional:
        suspect = pc.or_(suspect, pc.is_in(texts, MARKERS))
        texts = pc.if_else(empty, None, texts)
    else:
        suspect = pc.or_(suspect, empty)
    if pc.any(suspect).as_py():
        return None
    return texts if keep_limits(column.type, lambda: texts) else None


def keep_lengths(kind: ListType, texts: pa.StringArray) -> bool:
    """Whether lists have as many items as they may."""
    most = kind.max_length if kind.max_length is not None else GREATEST_INT
    # Where the longest text is too short for as many items they need not be counted.
    if not kind.min_length and (pc.max(pc.binary_length(texts)).as_py() or 0) < most:
        return True
    items = pc.add(pc.count_substring(texts, kind.separator), pc.cast(pc.not_equal(texts, ""), pa.int32()))
    return _all(pc.and_(pc.greater_equal(items, kind.min_length), pc.less_equal(items, most)))


def keep_limits(kind: ColumnType, values: Callable[[], pa.Array]) -> bool:
    """Whether values of a type keep its limits; they are made only if there are some."""
    checks = _checks(kind)
    if not checks:
        return True
    found = values()
    return all(_all(check(found)) for check in checks)


@cache
def _checks(kind: ColumnType) -> tuple[Check, ...]:
    return tuple(limit_checks(kind))


def _all(matches: pa.BooleanArray) -> bool:
    return bool(pc.all(matches, min_count=0).as_py())
