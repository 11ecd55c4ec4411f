"""Which rows the csv module splits as `producers.text.quoting` does: those whose quotes can be read in one way only."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

CountLines = Callable[[str], int]
"""How many lines at the beginning of a text are whole rows of the kind."""


@lru_cache(maxsize=64)
def regular_lines(delimiter: str, quote: str, escape: str) -> CountLines:
    """What counts the lines of rows that begin and end each field in quotes, or none.

    Args:
        delimiter: one character.
        quote: one character.
        escape: what no quoted field may hold; empty: any may.
    """
    sign, between = re.escape(quote), re.escape(delimiter)
    inside = f"[^{sign}{re.escape(escape)}]*+"
    quoted = f"{sign}{inside}(?:{sign}{sign}{inside})*+{sign} *+"
    field = rf" *+(?:{quoted}|[^{sign}{between}\r\n][^{between}\r\n]*+)?+"
    rows = re.compile(rf"(?:{field}(?:{between}{field})*+(?:\r\n?|\n))*+")

    def count(text: str) -> int:
        found = rows.match(text)
        end = found.end() if found else 0
        if "\r" not in text:
            return text.count("\n", 0, end)
        return text.count("\n", 0, end) + text.count("\r", 0, end) - text.count("\r\n", 0, end)

    return count
