"""The options of how files are read, for what the files themselves do not show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

from producers.errors import ReadOptionError
from producers.rows.read_option_values import (
    known_encoding,
    usable_comment,
    usable_delimiter,
    usable_escape,
    usable_quote,
    usable_timezone,
)


@dataclass(frozen=True)
class ReadOptions:
    """How to read files; the defaults leave everything to what the files show."""

    encoding: str | None = None
    """Python's name of an encoding; None: UTF-8, or UTF-16 by its byte-order mark, or else Windows-1252."""
    delimiter: str | None = None
    """One character, or one of tab, comma, semicolon, pipe; None: found from the header."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """A file's own column name to ours; names count without case. Names that a file lacks are passed over."""
    limit: int | None = None
    """So many rows of each file are read at most; None: all."""
    skip_lines: int = 0
    """So many lines at the start of each file are passed over; line numbers stay those of the file."""
    comment: str | None = None
    """Lines that begin with it, after spaces, are passed over outside of quoted fields; None: there are none."""
    null: tuple[str, ...] = ()
    """Texts of a whole field, without the spaces around it, that mean nothing: the field counts as empty."""
    quote: str = '"'
    """One character, or `none`, which is kept as an empty text: nothing is quoted."""
    escape: str | None = None
    """One character that makes the next quote a part of its field; `none`, kept as an empty text: quotes are doubled
    only; None: found from the file."""
    timezone: str | None = None
    """The zone of times that name none, such as Europe/Berlin; None: UTC."""

    def __post_init__(self) -> None:
        """Check the values and bring them into one form.

        Raises:
            ReadOptionError: one cannot be used; the message says why.
        """
        if self.encoding is not None:
            object.__setattr__(self, "encoding", known_encoding(self.encoding))
        if self.delimiter is not None:
            object.__setattr__(self, "delimiter", usable_delimiter(self.delimiter))
        object.__setattr__(self, "columns", _in_lower_case(self.columns))
        if self.timezone is not None:
            usable_timezone(self.timezone)
        if self.limit is not None and self.limit < 0:
            raise ReadOptionError(f"the limit {self.limit} is negative: give the number of rows to read of each file")
        if self.skip_lines < 0:
            raise ReadOptionError(
                f"skip-lines {self.skip_lines} is negative: give the number of lines before the header"
            )
        if self.comment is not None:
            object.__setattr__(self, "comment", usable_comment(self.comment))
        object.__setattr__(self, "null", tuple(dict.fromkeys(text.strip() for text in self.null)))
        object.__setattr__(self, "quote", usable_quote(self.quote))
        if self.escape is not None:
            object.__setattr__(self, "escape", usable_escape(self.escape, self.quote))
        if self.delimiter is not None and self.delimiter in (self.quote, self.escape):
            raise ReadOptionError(f"{self.delimiter!r} is given twice: delimiter, quote and escape must differ")

    @property
    def zone(self) -> tzinfo:
        """The time zone of times that name none."""
        return UTC if self.timezone is None else usable_timezone(self.timezone)

    def check_columns(self, known: Sequence[str]) -> None:
        """See that files' columns are mapped to columns of ours only.

        Raises:
            ReadOptionError: one is mapped to another.
        """
        for ours in self.columns.values():
            if ours not in known:
                raise ReadOptionError(f"{ours!r} is not one of our columns: map to one of {', '.join(known)}")

    def is_comment(self, line: str) -> bool:
        """Whether a line that begins outside of quotes is a comment."""
        return self.comment is not None and line.lstrip().startswith(self.comment)

    def renamed(self, header: list[str]) -> list[str]:
        """The header with the file's own names replaced by ours.

        Args:
            header: columns, stripped and in lower case.
        """
        return [self.columns.get(column, column) for column in header]


def options_from(given: Mapping[str, Any]) -> ReadOptions:
    """The options of these names; columns as the texts that `columns_from` takes.

    Raises:
        ReadOptionError: one cannot be used.
    """
    return ReadOptions(**{**given, "columns": columns_from(given.get("columns") or [])})


def columns_from(texts: list[str]) -> dict[str, str]:
    """The mapping that texts of the form `theirs=ours` give; one text may hold several, separated by commas.

    Raises:
        ReadOptionError: a text is not of that form.
    """
    mapping: dict[str, str] = {}
    for pair in (pair for text in texts for pair in _pairs(text)):
        theirs, equals, ours = pair.rpartition("=")
        if not equals or not theirs.strip() or not ours.strip():
            raise ReadOptionError(f"the column mapping {pair!r} is not of the form THEIRS=OURS, such as id=order_no")
        mapping[theirs] = ours
    return mapping


def _pairs(text: str) -> Iterator[str]:
    """What stands between commas; a part without an equals sign is the beginning of a name that holds a comma."""
    begun = ""
    for part in text.split(","):
        begun = f"{begun},{part}" if begun else part
        if "=" in part:
            yield begun
            begun = ""
    if begun.strip():
        yield begun


def _in_lower_case(columns: Mapping[str, str]) -> dict[str, str]:
    return {" ".join(theirs.split()).casefold(): ours.strip().casefold() for theirs, ours in columns.items()}


DEFAULT_READ_OPTIONS = ReadOptions()
