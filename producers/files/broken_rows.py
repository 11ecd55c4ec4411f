"""Rows that could not be split into fields."""

from __future__ import annotations

from dataclasses import dataclass

from models.fault_codes import FaultCode
from producers.errors import Fault
from producers.text.lines import MAX_ROW


@dataclass(frozen=True)
class BrokenRow:
    """A row that could not be split into fields."""

    fault: Fault


NOT_CLOSED = BrokenRow(
    Fault(
        FaultCode.UNCLOSED_QUOTE,
        None,
        None,
        "a quote opened on this line is never closed; the lines after it were read as rows of their own",
    )
)
TOO_LONG = BrokenRow(
    Fault(
        FaultCode.TOO_LONG,
        None,
        None,
        f"the row is too long: it may have {MAX_ROW:,} characters; is a line break missing?",
    )
)
NOT_ONE_ROW = BrokenRow(
    Fault(FaultCode.QUOTED_WRONGLY, None, None, "the row is quoted as a whole, and what the quotes hold is not one row")
)
_LINES_AFTER = "the lines after this one were read as rows of their own"


def text_after_quote(opened: int, closed: int) -> BrokenRow:
    """Text follows a quote that closes, on that line, one that was opened on the other."""
    if opened == closed:
        where = f"on line {opened:,} text follows a closing quote"
    else:
        where = f"text follows the quote on line {closed:,} that closes the one on line {opened:,}; {_LINES_AFTER}"
    return _wrongly(f"{where}: double the quotes that a quoted field holds, or see --escape and --quote")


def not_a_row(first: int, last: int) -> BrokenRow:
    """By its quotes the row has many lines, and then it has not as many fields as the header."""
    return _wrongly(
        f"by its quotes the row goes from line {first:,} to line {last:,}, and then it does not have as many fields "
        f"as the header: is a quote missing? {_LINES_AFTER}"
    )


def either_way(first: int) -> BrokenRow:
    """A backslash stands before a quote, and the file does not show whether it escapes it."""
    return _wrongly(
        f"on line {first:,} or below a backslash stands before a quote, and the file does not show whether it escapes "
        "it: say so with --escape '\\', or --escape none"
    )


def _wrongly(reason: str) -> BrokenRow:
    return BrokenRow(Fault(FaultCode.QUOTED_WRONGLY, None, None, reason))
