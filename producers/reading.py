"""What the person at the keyboard says of the files, where they do not say it themselves."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper

from producers.errors import ReadingOptionError
from producers.kinds import ALL_COLUMNS

_NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


@dataclass(frozen=True)
class ReadingOptions:
    """How to read files; the defaults leave everything to what the files show."""

    encoding: str | None = None
    """Python's name of an encoding; None: UTF-8, or UTF-16 by its byte-order mark, or else Windows-1252."""
    delimiter: str | None = None
    """One character, or one of tab, comma, semicolon, pipe; None: told from the header."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """A file's own column name to ours; names count without case. Names that a file lacks are passed over."""
    limit: int | None = None
    """So many rows of each file are read at most; None: all."""

    def __post_init__(self) -> None:
        """Check the values and bring them into one form.

        Raises:
            ReadingOptionError: one cannot be used; the message says why.
        """
        if self.encoding is not None:
            object.__setattr__(self, "encoding", _known_encoding(self.encoding))
        if self.delimiter is not None:
            object.__setattr__(self, "delimiter", _usable_delimiter(self.delimiter))
        object.__setattr__(self, "columns", _known_columns(self.columns))
        if self.limit is not None and self.limit < 0:
            raise ReadingOptionError(
                f"the limit {self.limit} is negative: give the number of rows to read of each file"
            )

    def renamed(self, header: list[str]) -> list[str]:
        """The header with the file's own names replaced by ours.

        Args:
            header: columns, stripped and in lower case.
        """
        return [self.columns.get(column, column) for column in header]


def columns_from(texts: list[str]) -> dict[str, str]:
    """The mapping that texts of the form `theirs=ours` give; one text may hold several, separated by commas.

    Raises:
        ReadingOptionError: a text is not of that form.
    """
    pairs = [pair for text in texts for pair in text.split(",") if pair.strip()]
    mapping: dict[str, str] = {}
    for pair in pairs:
        theirs, equals, ours = pair.rpartition("=")
        if not equals or not theirs.strip() or not ours.strip():
            raise ReadingOptionError(f"the column mapping {pair!r} is not of the form THEIRS=OURS, such as id=user_id")
        mapping[theirs] = ours
    return mapping


def _known_encoding(name: str) -> str:
    try:
        TextIOWrapper(BytesIO(), encoding=name).detach()
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        advice = "such as utf-8, utf-16, cp1252, iso-8859-1, mac-roman"
        raise ReadingOptionError(f"the encoding {name!r} is not known: give one {advice}") from None


def _usable_delimiter(text: str) -> str:
    delimiter = _NAMED_DELIMITERS.get(text.lower(), text)
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in '"\r\n\x00 _.-':
        raise ReadingOptionError(
            f"the delimiter {text!r} cannot be used: give one character that no field holds, or tab, comma, "
            "semicolon, pipe"
        )
    return delimiter


def _known_columns(columns: Mapping[str, str]) -> dict[str, str]:
    known = {theirs.strip().lower(): ours.strip().lower() for theirs, ours in columns.items()}
    for ours in known.values():
        if ours not in ALL_COLUMNS:
            raise ReadingOptionError(f"the column {ours!r} is none of ours: map to one of {', '.join(ALL_COLUMNS)}")
    return known


DEFAULT_READING = ReadingOptions()
