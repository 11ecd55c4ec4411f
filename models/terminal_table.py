"""Tables and lists for people, as every command prints them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from models.terminal_text import escaped

if TYPE_CHECKING:
    from rich.table import Table


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
    lines = [headings, *rows]
    widths = [max(map(_places, column)) for column in zip(*lines, strict=True)]
    if underlined:
        lines.insert(1, ["-" * width for width in widths])
    is_right = [heading in right for heading in headings]
    return ["  ".join(map(_padded, line, widths, is_right)).rstrip() for line in lines]


def _padded(text: str, width: int, is_right: bool) -> str:  # noqa: FBT001  # mapped over columns
    blanks = " " * (width - _places(text))
    return blanks + text if is_right else text + blanks


def _places(text: str) -> int:
    """How many places of a line a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415  # see above

    return cell_len(text)


def label_lines(rows: Sequence[tuple[str, str]]) -> list[str]:
    """One line for each label and its text, the texts aligned."""
    width = max(len(label) for label, _ in rows)
    return [f"{label:<{width}}  {escaped(text)}" for label, text in rows]
