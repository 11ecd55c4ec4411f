"""Options that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

from producers.rows.read_options import ReadOptions, columns_from

Encoding = Annotated[
    str | None, typer.Option(help="Encoding of the files, such as utf-8, cp1252; by default found from each file.")
]
Delimiter = Annotated[
    str | None,
    typer.Option(help="Separator: a character, or tab, comma, semicolon, pipe; by default found from the header."),
]
Columns = Annotated[
    list[str] | None, typer.Option(help="THEIRS=OURS: a file's own name of one of our columns; may be repeated.")
]
SkipLines = Annotated[int, typer.Option(min=0, help="Skip this many lines at the start of each file.")]
Comment = Annotated[str | None, typer.Option(help="Pass over lines that begin with this, such as # or //.")]
Null = Annotated[
    list[str] | None, typer.Option(help="A field of just this text, such as NA or \\N, is empty; may be repeated.")
]
Quote = Annotated[str, typer.Option(help="The character that fields are quoted with, or none.")]
Escape = Annotated[
    str | None,
    typer.Option(
        help="The character before quotes in quoted fields, such as \\, or none; by default found from each file."
    ),
]
Timezone = Annotated[
    str | None, typer.Option(help="Time zone of dates with a time that names none, such as Europe/Berlin; else UTC.")
]
Limit = Annotated[int | None, typer.Option(min=0, help="Read at most this many rows of each file.")]
WaitTimeout = Annotated[float, typer.Option(min=0.1, help="Seconds to wait at most until Postgres holds everything.")]


def read_options(  # one for each option
    encoding: str | None,
    delimiter: str | None,
    columns: list[str] | None,
    *,
    skip_lines: int,
    comment: str | None,
    null: list[str] | None,
    quote: str,
    escape: str | None,
    timezone: str | None,
    limit: int | None = None,
) -> ReadOptions:
    """How the files are to be read.

    Raises:
        ReadingOptionError: an option cannot be used.
    """
    return ReadOptions(
        encoding,
        delimiter,
        columns_from(columns or []),
        limit,
        skip_lines=skip_lines,
        comment=comment,
        null=tuple(null or ()),
        quote=quote,
        escape=escape,
        timezone=timezone,
    )
