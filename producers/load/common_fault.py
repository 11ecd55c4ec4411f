"""What the rejects of a file have in common, and what to do then."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from models.fault_codes import FaultCode
from models.rows import Reject

_ADVICE: Mapping[str, str] = {
    FaultCode.BAD_ID: "ids are whole numbers; if another column holds them, name it with --columns THEIRS=OURS",
    FaultCode.TOO_FEW_FIELDS: "are the rows separated as the header is? --delimiter names the separator",
    FaultCode.NOT_UTF8: "name the file's encoding with --encoding",
    FaultCode.DECIMAL_COMMA: "declare the column with DecimalComma(), or save the file with decimal points",
    FaultCode.BAD_DATE: "save the file with dates as YYYY-MM-DD",
    FaultCode.BAD_TIME: "save the file with times as YYYY-MM-DD HH:MM:SS",
    FaultCode.DATE_FORM: "save the file with dates as YYYY-MM-DD",
}
_FEWEST = 2
"""Rows from which on a fault counts as common; for a single row its own reason is enough."""
_VALUE_CHARACTERS = 40
_COMMENT = "#"
"""How most programs begin comments."""


class CommonFault:
    """Looks at the rejects of one file."""

    def __init__(self, file: str, lists: Container[str] = ()) -> None:
        """Take the file's name, and the columns of lists: the reasons of these say what to do."""
        self._file = file
        self._lists = lists
        self._first: Reject | None = None
        self._count = 0
        self._comments = 0
        self._first_comment = 0

    def note(self, reject: Reject) -> None:
        """Count another rejected row and its reason."""
        if (reject.original or "").lstrip().startswith(_COMMENT):
            self._comments += 1
            self._first_comment = self._first_comment or reject.line
        self._first = self._first or reject
        self._count += (reject.code, reject.field) == (self._first.code, self._first.field)

    def is_common(self, read: int) -> bool:
        """Whether all rows read were rejected for the same reason."""
        return self._count == read >= _FEWEST

    def told(self, read: int) -> Iterator[str]:
        """A line of text for what many rejects share: all one reason, or that they look like comments."""
        if self._comments:
            begin = "begins" if self._comments == 1 else "begin"
            yield (
                f"{self._file}: {self._comments:,} of the rejected rows {begin} with {_COMMENT}, the first in line "
                f"{self._first_comment:,}: to pass over such lines, add --comment '{_COMMENT}'"
            )
        first = self._first
        if first is None or not self.is_common(read):
            return
        subject = f"{first.field}: " if first.field else ""
        value = "" if first.value is None else f'"{first.value[:_VALUE_CHARACTERS]}" '
        advice = None if first.field in self._lists else _ADVICE.get(first.code or "")
        yield (
            f"{self._file}: all {read:,} rows are rejected for one reason, such as in line {first.line:,}: "
            f"{subject}{value}{first.reason}{'; ' if advice else ''}{advice or ''}"
        )
