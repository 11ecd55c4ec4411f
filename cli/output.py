"""What commands print: data to standard output, all else to standard error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from models.terminal_table import label_lines, rich_table, table_lines
from models.terminal_text import shown

_CELL_CHARACTERS = 120


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> None:
    """Print a table for people to standard output; lines are not wrapped where that is not a terminal.

    Args:
        headings: one a column.
        rows: cells of any type; None is an empty cell.
        right: the headings of columns of numbers.
    """
    from rich.console import Console  # noqa: PLC0415  # most commands print no table

    cells = [[shown(_text(cell), _CELL_CHARACTERS) for cell in row] for row in rows]
    console = Console()
    if console.is_terminal:
        console.print(rich_table(headings, cells, right))
    else:
        print("\n".join(table_lines(headings, cells, right)))


def print_labels(*rows: tuple[str, object]) -> None:
    """Print labels, each with its value, to standard output; values of None are left out."""
    texts = [(label, _text(value)) for label, value in rows if value is not None]
    print("\n".join(label_lines(texts)))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
