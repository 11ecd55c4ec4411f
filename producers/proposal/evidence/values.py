"""The values of a column in some rows, each different one once; and counts of the first few different ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from producers.proposal.evidence.repeats import Chosen, Counts

WHITESPACE: Final = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
"""What `str.strip` takes off."""


@dataclass(frozen=True)
class Values:
    """Different values in the order in which they first occur."""

    texts: pa.StringArray
    counts: Counts
    """How often each occurs."""
    lines: Counts
    """The line of the first one."""
    file: str

    def chosen(self, which: Chosen) -> Values:
        """Some of them."""
        return Values(self.texts.filter(pa.array(which)), self.counts[which], self.lines[which], self.file)

    def pairs(self) -> Iterator[tuple[str, int]]:
        """Each and how often it occurs."""
        return zip(self.texts.to_pylist(), self.counts.tolist(), strict=True)


def count_first(found: Counter[str], most: int, texts: pa.StringArray, counts: Counts) -> None:
    """Count different texts; of those that are not yet counted only as many as make them `most` in all."""
    if len(found) >= most:
        known = pc.is_in(texts, pa.array([*found], pa.string()))
        texts, counts = texts.filter(known), counts[known.to_numpy(zero_copy_only=False)]
    for text, count in zip(texts.to_pylist(), counts.tolist(), strict=True):
        if text in found or len(found) < most:
            found[text] += count
