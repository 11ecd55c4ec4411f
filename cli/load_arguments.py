"""Options that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

from producers.reading import ReadingOptions, columns_from

Encoding = Annotated[
    str | None, typer.Option(help="Encoding of the files, such as utf-8, cp1252; else told from each file.")
]
Delimiter = Annotated[
    str | None, typer.Option(help="Separator: a character, or tab, comma, semicolon, pipe; else told from the header.")
]
Columns = Annotated[
    list[str] | None, typer.Option(help="THEIRS=OURS: a file's own name of one of our columns; may be repeated.")
]
Limit = Annotated[int | None, typer.Option(min=0, help="Read so many rows of each file at most.")]
WaitTimeout = Annotated[float, typer.Option(min=0.1, help="Seconds to wait at most until Postgres holds everything.")]


def reading_options(
    encoding: str | None, delimiter: str | None, columns: list[str] | None, limit: int | None
) -> ReadingOptions:
    """How the files are to be read.

    Raises:
        ReadingOptionError: an option cannot be used.
    """
    return ReadingOptions(encoding, delimiter, columns_from(columns or []), limit)
