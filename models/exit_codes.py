"""What every command returns to its caller; the tables in docs/command-line.md and docs/operations.md.

An error knows its own: `ExactFeaturesError.exit_code`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType


class ExitCode(IntEnum):
    """How a command ended, as its caller sees it."""

    DONE = 0
    """All is well."""
    PARTLY = 1
    """Done, but something is not as it should be: rows rejected, features that differ, a check that failed."""
    NOTHING = 2
    """Nothing was done: a wrong option, path or setting."""
    KAFKA = 3
    """Kafka does not answer, or refuses the request."""
    POSTGRES = 4
    """Postgres does not answer, or does not hold what was waited for in time."""
    TOO_MANY_REJECTS = 5
    """A load was stopped, as too many rows were bad."""
    INTERRUPTED = 130
    """Interrupted by Ctrl-C."""


EX_TEMPFAIL = 75
"""A failure that passes, to be tried again: sysexits.h."""

_OF_FIXED_FORMS: Mapping[str, Mapping[ExitCode, int]] = MappingProxyType(
    {
        "streams.audit": {ExitCode.NOTHING: 3, ExitCode.POSTGRES: 3},
        "streams.report": {ExitCode.NOTHING: 3, ExitCode.POSTGRES: 3},
        "streams.schema": {ExitCode.POSTGRES: EX_TEMPFAIL},
    }
)
"""Where `python -m MODULE` ends with another number than `ingest` does; it is older, and scripts rely on it."""


def of_fixed_form(module: str, code: ExitCode) -> int:
    """The number that `python -m MODULE` ends with."""
    return _OF_FIXED_FORMS.get(module, {}).get(code, int(code))
