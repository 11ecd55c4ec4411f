"""Markdown tables, and what stands in their cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bench.storage import Entry

WHOLE_FROM = 10
"""Ratios from here on are said without a fraction."""
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


def times_as_fast(times: float | None) -> str:
    """A ratio in words; nothing where there is none."""
    if times is None:
        return ""
    return f"{times:.1f} times as fast" if times < WHOLE_FROM else f"{times:.0f} times as fast"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
