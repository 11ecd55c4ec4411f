"""The exceptions that only loading raises; the rest are in models.errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.errors import ExactFeaturesError
from models.exit_codes import ExitCode
from models.fault_codes import FaultCode
from models.terminal_text import escaped


class NothingLoadableError(ExactFeaturesError):
    """Of all paths given, none leads to a file that can be loaded."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(map(escaped, problems)))
        self.problems = tuple(problems)
        """One line for each path or file: what is wrong with it and what to do."""


class UnreadableFileError(ExactFeaturesError):
    """A file as a whole cannot be loaded; the message names it and says what to do."""


class UnknownContentError(UnreadableFileError):
    """Nothing in a file speaks of any kind of rows; it may be something else."""


class LoadOptionError(ExactFeaturesError):
    """An option of a load cannot be used."""


class TooManyRejectsError(ExactFeaturesError):
    """A load was stopped, as more of its rows were bad than its caller takes."""

    exit_code = ExitCode.TOO_MANY_REJECTS


class InterruptedLoadError(ExactFeaturesError):
    """A load was stopped by the person who started it; what it published is counted."""

    exit_code = ExitCode.INTERRUPTED


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a row."""

    code: FaultCode
    field: str | None
    """The column at fault; None when it is the row as a whole."""
    value: str | None
    """What stands in that column, as read."""
    reason: str
    """For people: completes "`field`: `value` …"."""

    def __str__(self) -> str:
        """One sentence: column, value and reason."""
        subject = "" if self.field is None else f"{self.field}: "
        return subject + ("" if self.value is None else f'"{self.value}" ') + self.reason


class FieldFaultError(ValueError):
    """One field's text has no value."""

    def __init__(self, code: FaultCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class UnreadableSourceError(OSError):
    """What a file holds cannot be read to its end: it is damaged, or the place that it comes from fails."""


class UnknownEncodingError(OSError):
    """A file is not UTF-8, nor in an encoding that can be guessed; the message names --encoding."""


class ReadOptionError(ExactFeaturesError):
    """A way to read files was asked for that there is not."""


class RowFaultError(Exception):
    """One row is not valid; it is rejected, and the others are loaded."""

    def __init__(self, *faults: Fault) -> None:
        """Take all faults of the row, at least one."""
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults

    @property
    def field(self) -> str | None:
        """The column of the first fault."""
        return self.faults[0].field

    @property
    def value(self) -> str | None:
        """The value of the first fault."""
        return self.faults[0].value

    @property
    def reason(self) -> str:
        """The reason of the first fault."""
        return self.faults[0].reason
