"""The three kinds of files: their columns, and which kind a header or a file's name speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic import BaseModel

from models import rows, topics
from models.topics import INPUT_TOPICS, Topic


@dataclass(frozen=True)
class FileKind:
    """One kind of file, and the topic that its rows go to."""

    topic: Topic
    row: type[BaseModel]
    file_names: tuple[str, ...]
    """What its files are called, without a suffix."""

    @property
    def name(self) -> str:
        """Name of the kind: that of its topic."""
        return self.topic.name

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a header must name, in the order of the model."""
        return tuple(self.row.model_fields)

    def missing_from(self, header: Sequence[str]) -> list[str]:
        """The required columns that the header does not name."""
        return [column for column in self.columns if column not in header]


USERS = FileKind(INPUT_TOPICS[topics.USERS], rows.User, ("users",))
COMPOUNDS = FileKind(INPUT_TOPICS[topics.COMPOUNDS], rows.Compound, ("compounds",))
EXPERIMENTS = FileKind(INPUT_TOPICS[topics.EXPERIMENTS], rows.Experiment, ("user_experiments", "experiments"))
KINDS = (USERS, COMPOUNDS, EXPERIMENTS)
"""In the order they are loaded: names first, so that reports show them at once."""
ALL_COLUMNS = tuple(dict.fromkeys(column for kind in KINDS for column in kind.columns))
"""The columns of all kinds."""
DATE_COLUMN = "signup_date"


class HeaderError(ValueError):
    """A header fits no kind; the message says what it lacks."""


def recognised(header: Sequence[str]) -> int:
    """How many columns of the kind that fits best the header names."""
    return max(len(kind.columns) - len(kind.missing_from(header)) for kind in KINDS)


def kind_named(file_name: str) -> FileKind | None:
    """The kind that a file is called after, whatever its suffix."""
    name = PurePosixPath(file_name.lower()).stem
    return next((kind for kind in KINDS if name in kind.file_names), None)


def identify(header: Sequence[str], file_name: str) -> FileKind:
    """The kind of a file by its header, or by its name where the header fits several kinds.

    Args:
        header: the columns, stripped and in lower case.
        file_name: without its folder.

    Raises:
        HeaderError: the header fits no kind, fits several, or names a required column twice.
    """
    fitting = [kind for kind in KINDS if not kind.missing_from(header)]
    named = kind_named(file_name)
    if len(fitting) == 1:
        kind = fitting[0]
    elif named in fitting and named is not None:
        kind = named
    elif fitting:
        names = " and ".join(kind.name for kind in fitting)
        raise HeaderError(f"its header holds the columns of {names}: name the file after the kind that it is")
    else:
        raise HeaderError(_what_is_missing(header, named))
    refuse_repeats(header, kind.columns)
    return kind


def _what_is_missing(header: Sequence[str], named: FileKind | None) -> str:
    found = recognised(header)
    if named is None and not found:
        choices = "; ".join(f"{kind.name} ({', '.join(kind.columns)})" for kind in KINDS)
        return f"its first line is the header of no known kind: it must name all columns of one of {choices}"
    kind = named or max(KINDS, key=lambda kind: len(kind.columns) - len(kind.missing_from(header)))
    expected = ", ".join(kind.columns)
    missing = kind.missing_from(header)
    if len(missing) == len(kind.columns):
        return f"has no header: its first line must name the columns {expected}"
    return f"its header lacks {', '.join(missing)}: the columns of {kind.name} are {expected}"


def refuse_repeats(header: Sequence[str], columns: Sequence[str]) -> None:
    """Raise HeaderError if the header names one of the columns twice."""
    for column in columns:
        if header.count(column) > 1:
            raise HeaderError(f"its header names {column} twice: keep one of them")
