"""Ids and run times from text. Where a guess could be wrong, a text is refused, with what to write instead."""

from __future__ import annotations

import re
from decimal import Context, Decimal, Inexact

from models.fault_codes import FaultCode
from models.rows import MAX_ID, RUN_TIME_LIMIT
from producers.errors import FieldFaultError

_DIGITS = re.compile(r"[0-9]+")
_MAX_ID_DIGITS = len(str(MAX_ID))
_ID_EXPECTED = "expected a whole number from 1 to 2^63-1"
_MEASURE_OF_ID = re.compile(r"([0-9]{1,19})\.0+")
"""An id as written by a program that took ids for measurements."""

_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_THOUSANDTH = Decimal("0.001")
_RUN_TIME_EXPECTED = "expected a number ≥ 0 with up to 3 decimals"
_DECIMAL_COMMA = re.compile(r"-?[0-9]*,[0-9]*")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:[.,'\u2019_ \u00a0\u202f][0-9]{3})+(?:[.,][0-9]*)?")


def parse_id(text: str) -> int:
    """An id: decimal digits, leading zeros allowed.

    Raises:
        FieldFaultError: it is none.
    """
    if not _DIGITS.fullmatch(text):
        raise _not_an_id(text)
    digits = text.lstrip("0")
    if not digits or len(digits) > _MAX_ID_DIGITS or int(digits) > MAX_ID:
        raise FieldFaultError(FaultCode.ID_OUT_OF_RANGE, f"is out of range; {_ID_EXPECTED}")
    return int(digits)


def _not_an_id(text: str) -> FieldFaultError:
    if not text:
        return FieldFaultError(FaultCode.EMPTY, f"is empty; {_ID_EXPECTED}")
    if _GROUPED.fullmatch(text):
        reason = "is not a whole number: write it without thousands separators"
        return FieldFaultError(FaultCode.THOUSANDS_SEPARATOR, f"{reason}; {_ID_EXPECTED}")
    measure = _MEASURE_OF_ID.fullmatch(text)
    hint = f": write {measure[1]}" if measure else ""
    return FieldFaultError(FaultCode.BAD_ID, f"is not a whole number{hint}; {_ID_EXPECTED}")


def parse_run_time(text: str) -> float:
    """A run time: a finite number ≥ 0, with at most three decimals by value.

    Raises:
        FieldFaultError: it is none.
    """
    if not _NUMBER.fullmatch(text):
        raise _not_a_run_time(text)
    number = Decimal(text)
    if number < 0:
        raise FieldFaultError(FaultCode.NEGATIVE, f"is negative; {_RUN_TIME_EXPECTED}")
    if number >= RUN_TIME_LIMIT:
        raise FieldFaultError(FaultCode.TOO_LARGE, f"is too large; {_RUN_TIME_EXPECTED}, below 10^12")
    try:
        exact = number.quantize(_THOUSANDTH, context=Context(traps=[Inexact]))
    except Inexact:
        reason = f"has more than 3 decimals; {_RUN_TIME_EXPECTED}"
        raise FieldFaultError(FaultCode.TOO_MANY_DECIMALS, reason) from None
    return abs(float(exact))  # "-0" is 0


def _not_a_run_time(text: str) -> FieldFaultError:
    if not text:
        return FieldFaultError(FaultCode.EMPTY, f"is empty; {_RUN_TIME_EXPECTED}")
    if any(map(str.isdigit, text)):
        if _DECIMAL_COMMA.fullmatch(text):
            reason = f"has a comma: write {text.replace(',', '.')} if it is the decimal mark"
            return FieldFaultError(FaultCode.DECIMAL_COMMA, f"{reason}; {_RUN_TIME_EXPECTED}")
        if _GROUPED.fullmatch(text):
            reason = "has thousands separators: write it without them, with a point before the decimals"
            return FieldFaultError(FaultCode.THOUSANDS_SEPARATOR, f"{reason}; {_RUN_TIME_EXPECTED}")
    return FieldFaultError(FaultCode.NOT_A_NUMBER, f"is not a number; {_RUN_TIME_EXPECTED}")
