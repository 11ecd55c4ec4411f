"""What commands print: data to standard output, all else to standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.terminal_text import escaped, shown

_CELL_CHARACTERS = 120
_WIDEST = 1000


def say(line: str) -> None:
    """A line for people, or several, to standard error."""
    print("\n".join(map(escaped, line.split("\n"))), file=sys.stderr, flush=True)


def print_json(data: object) -> None:
    """Data for programs, to standard output."""
    text = orjson.dumps(data, default=_plain, option=orjson.OPT_INDENT_2).decode()
    print(text, flush=True)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> None:
    """A table for people, to standard output; as wide as it must be where that is no terminal.

    Args:
        headings: one a column.
        rows: cells, as they come; None is an empty cell.
        right: the headings of columns of numbers.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, justify="right" if heading in right else "left", no_wrap=heading in right)
    for row in rows:
        table.add_row(*(Text(_cell(cell)) for cell in row))
    console = Console()
    if console.is_terminal:
        console.print(table)
        return
    console = Console(width=_WIDEST)
    with console.capture() as capture:
        console.print(table)
    for line in capture.get().splitlines():
        print(line.rstrip())


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return shown(str(value), _CELL_CHARACTERS)


def _plain(value: Any) -> object:  # noqa: ANN401  # whatever orjson does not know
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    return str(value)
