"""How many different values there are, and how many come again; in bounded memory.

Values are followed by the hash of their text: all of them as long as they are few, and then those whose hash ends with
more and more zero bits. Which values are followed is decided by the value alone, so of each that is followed all
occurrences are seen: it is known exactly whether it repeats. (Wegman's adaptive sampling, as described by P. Flajolet,
"On adaptive sampling", Computing 43, 1990.)
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

MOST_FOLLOWED: Final = 32_768
"""So many different values are followed at most."""


def hash_of(texts: Sequence[str]) -> int:
    """64 bits of some texts in their order."""
    return int.from_bytes(blake2b("\0".join(texts).encode(errors="surrogatepass"), digest_size=8).digest(), "big")


class Repeats:
    """Counts the values of one column, or of several together."""

    def __init__(self) -> None:
        """Begin without values."""
        self._counts: dict[int, int] = {}
        self._mask = 0

    def add(self, value: int) -> None:
        """Take the hash of a value."""
        if value & self._mask:
            return
        self._counts[value] = self._counts.get(value, 0) + 1
        while len(self._counts) > MOST_FOLLOWED:
            self._mask = self._mask * 2 + 1
            self._counts = {kept: count for kept, count in self._counts.items() if not kept & self._mask}

    @property
    def is_exact(self) -> bool:
        """Whether all values are followed."""
        return not self._mask

    @property
    def followed(self) -> int:
        """How many different values are followed."""
        return len(self._counts)

    @property
    def seen(self) -> int:
        """How often those that are followed occur."""
        return sum(self._counts.values())

    @property
    def distinct(self) -> int:
        """How many different values there are; an estimate if not all are followed."""
        return self.followed * (self._mask + 1)

    def share_in(self, other: Repeats) -> float:
        """The share of the different values here that are there too."""
        mask = self._mask | other._mask
        here = [value for value in self._counts if not value & mask]
        return sum(value in other._counts for value in here) / len(here) if here else 0.0
