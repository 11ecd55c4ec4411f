"""What the names of files say: which of them hold rows, and in which order they come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from models.terminal_text import shown
from producers.sources.compression import COMPRESSED_SUFFIXES

_TABLE_SUFFIXES = (".csv", ".tsv", ".txt")
_HIDDEN = (".", "~$")
"""What names begin with that a file browser hides, or an office program gives to its lock files."""
_PART = re.compile(r"part-[\w-]+|[0-9]{6}_[0-9]+", re.ASCII)
"""Names without a suffix that Spark, Hadoop and Hive give to the parts of a table."""
_DIGITS = re.compile(r"([0-9]+)")
_SHOWN_NAMES, _SHOWN_CHARACTERS = 20, 60

Key = tuple[tuple[tuple[int, str], ...], str]


def is_table(name: str) -> bool:
    """Whether a file of this name is meant to hold rows; in any case of letters, compressed or not."""
    return not is_hidden(name) and PurePosixPath(_unpacked(name)).suffix in _TABLE_SUFFIXES


def is_text(name: str) -> bool:
    """Whether a file of this name may as well hold text for people."""
    return _unpacked(name).endswith(".txt")


def is_part(name: str) -> bool:
    """Whether a file of this name in a folder of parts is one of them."""
    return not name.startswith("_") and (is_table(name) or bool(_PART.fullmatch(_unpacked(name))))


def is_hidden(name: str) -> bool:
    """Whether a file of this name is not meant to be seen by people."""
    return name.startswith(_HIDDEN)


def natural(name: str) -> Key:
    """Orders names as people do: numbers in them by value, and letters in any case alike.

    `run_9.csv` comes before `run_12.csv`. Names that differ in case or leading zeros only are in the order of their
    characters.
    """
    pieces = _DIGITS.split(name.casefold())
    return tuple(_piece(piece, is_number=index % 2 == 1) for index, piece in enumerate(pieces)), name


def misplaced(names: Sequence[str]) -> tuple[str, str] | None:
    """The first two neighbours that differ in numbers only and are not in the order of these, as a shell gives them."""
    for before, after in pairwise(names):
        if _DIGITS.sub("0", before) == _DIGITS.sub("0", after) and natural(before) > natural(after):
            return before, after
    return None


def listed(names: Iterable[str]) -> str:
    """The first of some names, and how many there are more; on one line of limited length."""
    in_order = sorted(names, key=natural)
    first = [shown(name, _SHOWN_CHARACTERS) for name in in_order[:_SHOWN_NAMES]]
    more = len(in_order) - len(first)
    return ", ".join(first) + (f" and {more:,} more" if more else "")


def _piece(text: str, *, is_number: bool) -> tuple[int, str]:
    # A number of more digits is greater; of as many, its text tells. Not by int(), which refuses very long ones.
    digits = text.lstrip("0") if is_number else ""
    return (len(digits), digits) if is_number else (0, text)


def _unpacked(name: str) -> str:
    """The name in lower case without the suffix of its compression."""
    lower = name.lower()
    suffix = PurePosixPath(lower).suffix
    return lower.removesuffix(suffix) if suffix in COMPRESSED_SUFFIXES else lower
