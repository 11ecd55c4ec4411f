"""What the person at the keyboard asks of a load, beside its files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from producers.errors import LoadOptionError
from producers.rows.column_mapping import ColumnMappingOf, rows_in_force
from producers.rows.read_options import DEFAULT_READ_OPTIONS, ReadOptions

JUDGED_FROM = 100
"""Rows of a file that must be read before the share of rejected ones is judged."""

_THRESHOLD = re.compile(r"([0-9]{1,18})|([0-9]{1,3}(?:\.[0-9]+)?)%")


@dataclass(frozen=True)
class RejectLimit:
    """How many rows of a file may be rejected before the load stops."""

    rows: int | None = None
    share: float | None = None
    """Of the rows read, 0 to 1."""

    def is_passed(self, read: int, rejected: int, *, at_end: bool = False) -> bool:
        """Whether that many rejected rows are too many."""
        if self.rows is not None:
            return rejected > self.rows
        return self.share is not None and (at_end or read >= JUDGED_FROM) and rejected > self.share * read

    def __str__(self) -> str:
        """The limit as it is written on the command line."""
        return f"{self.rows}" if self.share is None else f"{self.share * 100:g}%"


NO_LIMIT = RejectLimit()


def reject_limit(text: str) -> RejectLimit:
    """The limit that a text stands for: `20` rows, or `5%` of the rows.

    Raises:
        LoadOptionError: the text is not a limit.
    """
    found = _THRESHOLD.fullmatch(text.strip())
    if found is None or (found[2] and float(found[2]) > 100):  # noqa: PLR2004  # per cent
        raise LoadOptionError(f"{text!r} is not a limit of rejected rows: give a number of rows, or a share such as 5%")
    return RejectLimit(rows=int(found[1])) if found[1] else RejectLimit(share=float(found[2]) / 100)


@dataclass(frozen=True)
class LoadOptions:
    """How to load; the defaults publish everything, from the first line of each file.

    Raises:
        ReadOptionError: columns are mapped to some that there are not.
    """

    layout_of: ColumnMappingOf = field(default_factory=rows_in_force)
    """What files there may be, and what their rows are for."""
    reading: ReadOptions = DEFAULT_READ_OPTIONS
    """How they are to be read."""
    dry_run: bool = False
    """Read and judge everything, publish nothing."""
    keep_rejects: bool = True
    """Publish rejected rows to the topic `rejects`."""
    reject_limit: RejectLimit = NO_LIMIT
    rate: float | None = None
    """Rows a second at most, over all files."""
    resume: bool = False
    """Go on after the last published line of files that did not change."""
    skip_loaded: bool = False
    """Leave out files that are in Postgres already."""
    resolves: Callable[[], Sequence[UUID]] = tuple
    """Asked once everything is published: the rejects whose rows the load holds corrected."""

    def __post_init__(self) -> None:
        """Check what is said of columns."""
        self.reading.check_columns(self.layout_of.kinds.columns)
