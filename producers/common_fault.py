"""Whether all rows of a file are rejected for one reason, and what to do then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from models.fault_codes import FaultCode
from models.rows import Reject

_ADVICE: Mapping[str, str] = {
    FaultCode.BAD_ID: "ids are whole numbers; if another column holds them, name it with --columns THEIRS=OURS",
    FaultCode.TOO_FEW_FIELDS: "are the rows separated as the header is? --delimiter names the separator",
    FaultCode.TOO_MANY_FIELDS: "see what the rows have more than the header: names of rows, decimal commas, or fields "
    "that are to be quoted (--quote names their quote)",
    FaultCode.NOT_UTF8: "name the file's encoding with --encoding",
    FaultCode.DECIMAL_COMMA: "save the file with decimal points",
    FaultCode.BAD_DATE: "save the file with dates as YYYY-MM-DD",
    FaultCode.DATE_FORM: "save the file with dates as YYYY-MM-DD",
}
_FEWEST = 2
"""Of one row, its own reason says enough."""
_VALUE_CHARACTERS = 40


class CommonFault:
    """Looks at the rejects of one file."""

    def __init__(self, file: str) -> None:
        """Take the file's name."""
        self._file = file
        self._first: Reject | None = None
        self._count = 0

    def note(self, reject: Reject) -> None:
        """Take note of one more."""
        self._first = self._first or reject
        self._count += (reject.code, reject.field) == (self._first.code, self._first.field)

    def told(self, read: int) -> Iterator[str]:
        """One line, if all of so many rows were rejected for the same reason."""
        first = self._first
        if first is None or self._count != read or read < _FEWEST:
            return
        subject = f"{first.field}: " if first.field else ""
        value = "" if first.value is None else f'"{first.value[:_VALUE_CHARACTERS]}" '
        advice = _ADVICE.get(first.code or "")
        yield (
            f"{self._file}: all {read:,} rows are rejected for one reason, such as in line {first.line:,}: "
            f"{subject}{value}{first.reason}{'; ' if advice else ''}{advice or ''}"
        )
