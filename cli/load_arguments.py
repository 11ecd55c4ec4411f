"""Options that several commands take."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from functools import wraps
from typing import Annotated, Any

import typer

from cli.running import reported_errors
from producers.rows.read_options import ReadOptions, options_from

Limit = Annotated[int | None, typer.Option(min=0, help="Read at most this many rows of each file.")]
WaitTimeout = Annotated[float, typer.Option(min=0.1, help="Seconds to wait at most until Postgres holds everything.")]


def _read_options(
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of the files, such as utf-8, cp1252; by default found from each file.")
    ] = None,
    delimiter: Annotated[
        str | None,
        typer.Option(help="Separator: a character, or tab, comma, semicolon, pipe; by default found from the header."),
    ] = None,
    columns: Annotated[
        list[str] | None, typer.Option(help="THEIRS=OURS: a file's own name of one of our columns; may be repeated.")
    ] = None,
    skip_lines: Annotated[int, typer.Option(min=0, help="Skip this many lines at the start of each file.")] = 0,
    comment: Annotated[str | None, typer.Option(help="Pass over lines that begin with this, such as # or //.")] = None,
    null: Annotated[
        list[str] | None, typer.Option(help="A field of just this text, such as NA or \\N, is empty; may be repeated.")
    ] = None,
    quote: Annotated[str, typer.Option(help="The character that fields are quoted with, or none.")] = '"',
    escape: Annotated[
        str | None,
        typer.Option(
            help="The character before quotes in quoted fields, such as \\, or none; by default found from each file."
        ),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(help="Time zone of dates with a time that names none, such as Europe/Berlin; else UTC."),
    ] = None,
) -> ReadOptions:
    given = {"encoding": encoding, "delimiter": delimiter, "columns": columns, "skip_lines": skip_lines}
    return options_from(
        given | {"comment": comment, "null": null or (), "quote": quote, "escape": escape, "timezone": timezone}
    )


_OPTIONS = inspect.signature(_read_options, eval_str=True).parameters


def with_read_options(command: Callable[..., None], *, without: Collection[str] = ()) -> Callable[..., None]:
    """The command with the options of how files are read in place of its parameter `reading`, which they become.

    Args:
        command: the function of the command.
        without: options that have no meaning for it.
    """
    options = {name: option for name, option in _OPTIONS.items() if name not in without}

    @wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401  # whatever the command takes
        if "reading" not in given:  # which another command hands over
            with reported_errors():
                given["reading"] = _read_options(**{name: given.pop(name) for name in options if name in given})
        command(**given)

    own = inspect.signature(command, eval_str=True).parameters.values()
    spread = [each for one in own for each in (options.values() if one.name == "reading" else [one])]
    keywords = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in spread]
    run.__signature__ = inspect.Signature(keywords)  # type: ignore[attr-defined]  # what Typer looks at
    run.__annotations__ = {each.name: each.annotation for each in keywords}
    return run
