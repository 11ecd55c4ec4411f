"""Tables and lists for people, as every command prints them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from models.terminal_text import escaped

if TYPE_CHECKING:
    from rich.table import Table

_WIDEST = 100_000
"""Characters of a line; more than any table has, so that none is broken."""


def rich_table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[str] = ()) -> Table:
    """A table for rich's console.

    Args:
        headings: one a column.
        rows: the cells of each row, printable as they are.
        right: the headings of columns of numbers.
    """
    # Here and not above: most commands print no table, and rich takes longer to import than a small load to run.
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, justify="right" if heading in right else "left", no_wrap=heading in right)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def table_lines(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    right: Collection[str] = (),
    *,
    underlined: bool = False,
) -> list[str]:
    """A table as plain lines that are not wrapped: what is printed where there is no terminal.

    Args:
        headings: one a column.
        rows: the cells of each row, printable as they are.
        right: the headings of columns of numbers.
        underlined: whether a line of dashes is below the headings.
    """
    from rich.cells import cell_len  # noqa: PLC0415  # see above
    from rich.console import Console  # noqa: PLC0415

    cells = list(rows)
    if underlined:
        widths = (max(map(cell_len, column)) for column in zip(headings, *cells, strict=True))
        cells.insert(0, ["-" * width for width in widths])
    console = Console(width=_WIDEST, color_system=None)
    with console.capture() as capture:
        console.print(rich_table(headings, cells, right))
    return [line.rstrip() for line in capture.get().split("\n")[:-1]]


def label_lines(rows: Sequence[tuple[str, str]]) -> list[str]:
    """One line for each label and its text, the texts aligned."""
    width = max(len(label) for label, _ in rows)
    return [f"{label:<{width}}  {escaped(text)}" for label, text in rows]
