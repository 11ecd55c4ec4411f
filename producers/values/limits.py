"""The limits that a declaration sets to numbers, dates and times."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from models.fault_codes import FaultCode
from models.types.column_types import GREATEST_INT, Bounds, Limit
from producers.errors import FieldFaultError


def range_text(bounds: Bounds) -> str:
    """The limits in words, to follow what they limit: ` ≥ 0`, ` from 1 to 9,999`, or nothing."""
    ge, gt, le, lt = map(_written, bounds)
    if ge and le:
        return f" from {ge} to {le}"
    signed = (("≥", ge), (">", gt), ("≤", le), ("<", lt))
    return "".join(f" {' and '.join(f'{sign} {limit}' for sign, limit in signed if limit)}".rstrip())


def _written(limit: Limit) -> str:
    if limit is None:
        return ""
    if limit == GREATEST_INT:
        return "2^63-1"
    return f"{limit:,}" if isinstance(limit, int | Decimal) else str(limit)


def check_limits(value: int | Decimal | date, bounds: Bounds, expected: str) -> None:
    """Raise FieldFaultError if a value is beyond one; `expected` completes the reason."""
    ge, gt, le, lt = map(_in_utc, bounds)
    if (ge is not None and value < ge) or (gt is not None and value <= gt):  # type: ignore[operator]  # of one type
        raise _too_small(value, ge if ge is not None else gt, expected)
    if (le is not None and value > le) or (lt is not None and value >= lt):  # type: ignore[operator]  # the same
        what = "late" if isinstance(value, date) else "large"
        raise FieldFaultError(FaultCode.TOO_LARGE, f"is too {what}; {expected}")


def _in_utc(limit: Limit) -> Limit:
    return limit.replace(tzinfo=UTC) if isinstance(limit, datetime) and limit.tzinfo is None else limit


def _too_small(value: int | Decimal | date, least: Limit, expected: str) -> FieldFaultError:
    if isinstance(value, date):
        return FieldFaultError(FaultCode.TOO_SMALL, f"is too early; {expected}")
    if value < 0 <= least:  # type: ignore[operator]  # a number, as the value is
        return FieldFaultError(FaultCode.NEGATIVE, f"is negative; {expected}")
    return FieldFaultError(FaultCode.TOO_SMALL, f"is too small; {expected}")
