"""Markdown tables, and what stands in their cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bench.storage import Entry

BLOCK = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table's lines."""
    return [_line(header), _line(["---"] * len(header)), *map(_line, rows)]


def with_blocks(text: str, blocks: Mapping[str, Sequence[str]]) -> str:
    """A text whose measured blocks are written again; what stands around them is kept.

    Raises:
        KeyError: the text has a block of an unknown name.
    """
    return BLOCK.sub(lambda block: "\n".join([block[1], *blocks[block[2]], "", block[3]]), text)


def origin(entry: Entry) -> str:
    """When and at which commit something was measured."""
    day, _, _ = entry["date"].partition(" ")
    return f"{day}, {entry['commit']}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
