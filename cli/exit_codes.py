"""What every command returns to its caller; the table in docs/command-line.md."""

from __future__ import annotations

from enum import IntEnum

from models.errors import (
    DatabaseUnreachableError,
    ExactFeaturesError,
    KafkaUnreachableError,
    TopicCreationError,
    UnsupportedDatabaseError,
)
from producers.errors import InterruptedLoadError, TooManyRejectsError


class ExitCode(IntEnum):
    """The exit codes."""

    DONE = 0
    """All is well."""
    PARTLY = 1
    """Done, but something is not as it should be: rows rejected, features that differ, a check that failed."""
    NOTHING = 2
    """Nothing was done: a wrong option, path or setting."""
    KAFKA = 3
    """Kafka does not answer, or refuses."""
    POSTGRES = 4
    """Postgres does not answer, or does not hold what was waited for in time."""
    TOO_MANY_REJECTS = 5
    """A load was stopped, as too many rows were bad."""
    INTERRUPTED = 130
    """Ctrl-C."""


def code_of(error: ExactFeaturesError) -> ExitCode:
    """The exit code for a command that an error ended."""
    for kind, code in _CODES.items():
        if isinstance(error, kind):
            return code
    return ExitCode.NOTHING


_CODES: dict[type[ExactFeaturesError], ExitCode] = {
    KafkaUnreachableError: ExitCode.KAFKA,
    TopicCreationError: ExitCode.KAFKA,
    DatabaseUnreachableError: ExitCode.POSTGRES,
    UnsupportedDatabaseError: ExitCode.POSTGRES,
    TooManyRejectsError: ExitCode.TOO_MANY_REJECTS,
    InterruptedLoadError: ExitCode.INTERRUPTED,
}
