"""Text of one field to its value, by the type of its column.

Each function raises FieldFaultError, which says for people what is wrong. Texts come without spaces around them.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from functools import partial
from typing import Annotated, Final

from pydantic import Field, TypeAdapter

from models.fault_codes import FaultCode
from models.types.column_types import (
    Amount,
    Column,
    ColumnType,
    Day,
    DecimalComma,
    ExactDecimal,
    Flag,
    Identifier,
    Instant,
    ListType,
    TextType,
    UnixTime,
    WholeNumber,
)
from producers.errors import FieldFaultError
from producers.printable import has_surrogates
from producers.values.date_forms import ISO, DateForm
from producers.values.limits import check_limits
from producers.values.moments import parse_date, parse_instant, parse_unix_time
from producers.values.null_markers import NULL_MARKERS
from producers.values.numbers import (
    ID_EXPECTED,
    parse_amount,
    parse_decimal,
    parse_decimal_comma,
    parse_id,
    parse_whole,
)

Parse = Callable[[str], object]

FLAGS: Final = {
    "true": True, "t": True, "yes": True, "y": True, "1": True,
    "false": False, "f": False, "no": False, "n": False, "0": False,
}  # fmt: skip
"""How true and false are written, in any case."""
_MAX_SHOWN = 100


def parser_of(column: Column, form: DateForm = ISO, zone: tzinfo = UTC) -> Parse:
    """What reads the fields of a column.

    Args:
        column: as declared.
        form: that the dates of the whole file have in it, beside ISO.
        zone: the time zone of times that name none.
    """
    parse = _parser_of_written(column) or _parser(column.type, form, zone)
    if column.optional or isinstance(column.type, ListType):
        return partial(_parse_what_may_be_empty, parse=parse, is_optional=column.optional)
    return parse


def _parser_of_written(column: Column) -> Parse | None:
    """What reads values that files write in another way than the type's own; None if they do not."""
    match column.written:
        case DecimalComma():
            return partial(parse_decimal_comma, kind=column.type)  # type: ignore[arg-type]  # only decimals have it
        case Amount() as amount:
            return partial(parse_amount, kind=column.type, amount=amount)  # type: ignore[arg-type]  # the same
        case UnixTime(unit):
            return partial(parse_unix_time, kind=column.type, unit=unit)  # type: ignore[arg-type]  # only datetimes
        case None:
            return None


def _parser(kind: ColumnType, form: DateForm = ISO, zone: tzinfo = UTC) -> Parse:
    if isinstance(kind, ListType):
        return partial(parse_list, kind=kind, parse_item=_parser(kind.item))
    if isinstance(kind, TextType):
        return partial(parse_text, kind=kind, has_form=form_test(kind))
    if isinstance(kind, Day):
        return partial(parse_date, form=form, kind=kind)
    if isinstance(kind, Instant):
        return partial(parse_instant, kind=kind, form=form, zone=zone)
    return parse_flag if isinstance(kind, Flag) else partial(_NUMBERS[type(kind)], kind=kind)


def _parse_what_may_be_empty(text: str, parse: Parse, *, is_optional: bool) -> object:
    if is_optional and not text:
        return None
    try:
        return parse(text)
    except FieldFaultError as fault:
        if text not in NULL_MARKERS:
            raise
        reason = f"{fault.reason}; if it means nothing, add --null {shlex.quote(text)}"
        raise FieldFaultError(fault.code, reason) from None


def _parse_id(text: str, kind: Identifier) -> int:
    found = parse_id(text)
    check_limits(found, kind.bounds, ID_EXPECTED)
    return found


_NUMBERS: Final[Mapping[type[ColumnType], Callable[..., object]]] = {
    Identifier: _parse_id,
    WholeNumber: parse_whole,
    ExactDecimal: parse_decimal,
}


def parse_flag(text: str) -> bool:
    """True or false, in one of the usual words or letters.

    Raises:
        FieldFaultError: it is neither.
    """
    expected = "expected true or false, yes or no, t or f, y or n, 1 or 0"
    if not text:
        raise FieldFaultError(FaultCode.EMPTY, f"is empty; {expected}")
    found = FLAGS.get(text.lower())
    if found is None:
        raise FieldFaultError(FaultCode.NOT_TRUE_OR_FALSE, f"is neither true nor false; {expected}")
    return found


def parse_text(text: str, kind: TextType, has_form: Callable[[str], bool] | None = None) -> str:
    """A text that is not empty.

    Args:
        text: as it stands there.
        kind: says how long it may be.
        has_form: whether a text has the declared pattern; None: there is none.

    Raises:
        FieldFaultError: it is empty, cannot be stored, or is not as its type wants it.
    """
    if not text:
        raise FieldFaultError(FaultCode.EMPTY, "is empty; expected a text")
    if "\x00" in text:
        raise FieldFaultError(FaultCode.NUL_BYTE, "holds a NUL character, which Postgres cannot store")
    if has_surrogates(text):
        advice = "save the file in UTF-8, or name its encoding with --encoding"
        raise FieldFaultError(FaultCode.NOT_UTF8, f"holds bytes that are not text in the file's encoding; {advice}")
    if len(text) < kind.min_length:
        reason = f"has {len(text):,} characters; expected at least {kind.min_length:,}"
        raise FieldFaultError(FaultCode.TOO_SHORT, reason)
    if kind.max_length is not None and len(text) > kind.max_length:
        reason = f"has {len(text):,} characters; at most {kind.max_length:,} are taken"
        raise FieldFaultError(FaultCode.TOO_LONG, reason)
    if has_form is not None and not has_form(text):
        raise FieldFaultError(FaultCode.WRONG_FORM, f"does not have the form {kind.pattern}")
    return text


def form_test(kind: TextType) -> Callable[[str], bool] | None:
    """Whether a text has the pattern of a type, as pydantic says; None if there is no pattern."""
    if kind.pattern is None:
        return None
    return TypeAdapter(Annotated[str, Field(pattern=kind.pattern)]).validator.isinstance_python


def parse_list(text: str, kind: ListType, parse_item: Parse) -> list[object]:
    """Values with the separator between them, maybe with one after the last; none at all for an empty text.

    Raises:
        FieldFaultError: it is none; the first bad item is named.
    """
    separator = kind.separator
    tokens = [token.strip() for token in text.split(separator)]
    if not tokens[-1]:
        tokens.pop()
    if kind.max_length is not None and len(tokens) > kind.max_length:
        reason = f"lists {len(tokens):,} values; at most {kind.max_length:,} are taken"
        raise FieldFaultError(FaultCode.TOO_MANY_ITEMS, reason)
    if len(tokens) < kind.min_length:
        reason = f"lists {len(tokens):,} values; at least {kind.min_length:,} are needed"
        raise FieldFaultError(FaultCode.TOO_FEW_ITEMS, reason)
    return [_item(token, separator, parse_item) for token in tokens]


def _item(token: str, separator: str, parse_item: Parse) -> object:
    if not token:
        reason = f"has an empty item between two {separator!r}; expected items separated by {separator!r}"
        raise FieldFaultError(FaultCode.EMPTY_ITEM, reason)
    try:
        return parse_item(token)
    except FieldFaultError as fault:
        raise FieldFaultError(fault.code, f"has the item {token[:_MAX_SHOWN]!r}, which {fault.reason}") from None
