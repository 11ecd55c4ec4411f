"""Numbers from text. Where a guess could be wrong, a text is refused, with what to write instead."""

from __future__ import annotations

import re
from decimal import Context, Decimal, Inexact
from functools import cache

from models.fault_codes import FaultCode
from models.types.column_types import GREATEST_INT, MAX_DIGITS, Amount, ExactDecimal, WholeNumber
from producers.errors import FieldFaultError
from producers.values.limits import check_limits, range_text

_DIGITS = re.compile(r"[0-9]+")
_MAX_ID_DIGITS = len(str(GREATEST_INT))
ID_EXPECTED = "expected a whole number from 1 to 2^63-1"
_MEASURE_OF_ID = re.compile(r"([0-9]{1,19})\.0+")
"""An id as written by a program that took ids for measurements."""

_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_EXACT = Context(prec=MAX_DIGITS, traps=[Inexact])
_WHOLE_LIMIT = 2**63
_POINT = ", with a point before the decimals"
_DECIMAL_COMMA = re.compile(r"-?[0-9]*,[0-9]*")
_GROUPED_BY_POINTS = re.compile(r"-?[0-9]{1,3}(?:(?:\.[0-9]{3})+,[0-9]*|(?:\.[0-9]{3}){2,})")
"""Points that can only stand between thousands."""
_GROUPED_BY_COMMAS = re.compile(r"-?[0-9]{1,3}(?:(?:,[0-9]{3})+\.[0-9]*|(?:,[0-9]{3}){2,})")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:[.,'\u2019_ \u00a0\u202f][0-9]{3})+(?:[.,][0-9]*)?")


def parse_id(text: str) -> int:
    """An id: decimal digits, leading zeros allowed.

    Raises:
        FieldFaultError: it is none.
    """
    if not _DIGITS.fullmatch(text):
        raise _not_an_id(text)
    digits = text.lstrip("0")
    if not digits or len(digits) > _MAX_ID_DIGITS or int(digits) > GREATEST_INT:
        raise FieldFaultError(FaultCode.ID_OUT_OF_RANGE, f"is out of range; {ID_EXPECTED}")
    return int(digits)


def _not_an_id(text: str) -> FieldFaultError:
    if not text:
        return FieldFaultError(FaultCode.EMPTY, f"is empty; {ID_EXPECTED}")
    if _GROUPED.fullmatch(text):
        reason = "is not a whole number: write it without thousands separators"
        return FieldFaultError(FaultCode.THOUSANDS_SEPARATOR, f"{reason}; {ID_EXPECTED}")
    measure = _MEASURE_OF_ID.fullmatch(text)
    hint = f": write {measure[1]}" if measure else ""
    return FieldFaultError(FaultCode.BAD_ID, f"is not a whole number{hint}; {ID_EXPECTED}")


def parse_whole(text: str, kind: WholeNumber) -> int:
    """A whole number of 64 bits, by value: 5, 5.0 and 5e0 are one.

    Raises:
        FieldFaultError: it is none, or beyond the limits of its type.
    """
    expected = f"expected a whole number{range_text(kind.bounds)}"
    number = _number(text, expected, is_whole=True)
    check_limits(number, kind.bounds, expected)
    if not -_WHOLE_LIMIT <= number < _WHOLE_LIMIT:
        raise _too_long(number, f"{expected}, of 64 bits")
    if number != number.to_integral_value():
        raise FieldFaultError(FaultCode.TOO_MANY_DECIMALS, f"is not a whole number; {expected}")
    return int(number)


def parse_decimal(text: str, kind: ExactDecimal) -> Decimal:
    """A decimal with at most the declared digits, by value; with just the declared decimals.

    Raises:
        FieldFaultError: it is none, or beyond the limits of its type.
    """
    places = kind.decimal_places
    decimals = f" with up to {places} decimal{'s' if places > 1 else ''}" if places else ""
    expected = f"expected a {'' if places else 'whole '}number{range_text(kind.bounds)}{decimals}"
    number = _number(text, expected, is_whole=not places)
    check_limits(number, kind.bounds, expected)
    whole = kind.max_digits - places
    if number.copy_abs() >= Decimal((0, (1,), whole)):
        raise _too_long(number, f"{expected}, {'below ' if number > 0 else 'above -'}10^{whole}")
    try:
        exact = number.quantize(Decimal((0, (1,), -places)), context=_EXACT)
    except Inexact:
        decimals = f"more than {places} decimal{'' if places == 1 else 's'}"
        raise FieldFaultError(FaultCode.TOO_MANY_DECIMALS, f"has {decimals}; {expected}") from None
    return exact or exact.copy_abs()  # "-0" is 0


def parse_decimal_comma(text: str, kind: ExactDecimal) -> Decimal:
    """The same with a comma before the decimals and, where they can be nothing else, points between thousands.

    Raises:
        FieldFaultError: it is none, or beyond the limits of its type.
    """
    if "." in text and any(map(str.isdigit, text)) and not _GROUPED_BY_POINTS.fullmatch(text):
        reason = "has a point that is not surely one between thousands, and the column is declared with a decimal comma"
        raise FieldFaultError(FaultCode.NOT_A_NUMBER, f"{reason}; expected a number such as 1234,56 or 1.234,56")
    return parse_decimal(text.replace(".", "").replace(",", "."), kind)


def parse_amount(text: str, kind: ExactDecimal, amount: Amount) -> Decimal:
    """A number with a sign before or after it, or without one; commas may stand where they surely divide thousands.

    Raises:
        FieldFaultError: it is none, or beyond the limits of its type.
    """
    found = _beside(amount.sign).fullmatch(text)
    number = text if found is None else found[1] + (found[2] or found[3])
    if amount.decimal == ",":
        return parse_decimal_comma(number, kind)
    return parse_decimal(number.replace(",", "") if _GROUPED_BY_COMMAS.fullmatch(number) else number, kind)


@cache
def _beside(sign: str) -> re.Pattern[str]:
    escaped = re.escape(sign.strip())
    return re.compile(rf"(-?)\s*(?:{escaped}\s*(.+)|(.+?)\s*{escaped})", re.IGNORECASE)


def _number(text: str, expected: str, *, is_whole: bool) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise _not_a_number(text, expected, is_whole=is_whole)
    return Decimal(text)


def _too_long(number: Decimal, expected: str) -> FieldFaultError:
    if number < 0:
        return FieldFaultError(FaultCode.TOO_SMALL, f"is too small; {expected}")
    return FieldFaultError(FaultCode.TOO_LARGE, f"is too large; {expected}")


def _not_a_number(text: str, expected: str, *, is_whole: bool) -> FieldFaultError:
    if not text:
        return FieldFaultError(FaultCode.EMPTY, f"is empty; {expected}")
    if any(map(str.isdigit, text)):
        if _DECIMAL_COMMA.fullmatch(text) and not is_whole:
            reason = f"has a comma: write {text.replace(',', '.')} if it is the decimal mark"
            return FieldFaultError(FaultCode.DECIMAL_COMMA, f"{reason}; {expected}")
        if _GROUPED.fullmatch(text):
            reason = f"has thousands separators: write it without them{'' if is_whole else _POINT}"
            return FieldFaultError(FaultCode.THOUSANDS_SEPARATOR, f"{reason}; {expected}")
    return FieldFaultError(FaultCode.NOT_A_NUMBER, f"is not a number; {expected}")
