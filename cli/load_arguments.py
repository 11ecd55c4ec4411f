"""Options that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

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
