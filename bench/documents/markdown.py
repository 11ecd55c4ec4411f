"""Markdown tables, and what stands in their cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.storage import Entry


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table's lines."""
    return [_line(header), _line(["---"] * len(header)), *map(_line, rows)]


def origin(entry: Entry) -> str:
    """When and at which commit something was measured."""
    day, _, _ = entry["date"].partition(" ")
    return f"{day}, {entry['commit']}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
