"""How much is measured, from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """The load, and how often it is measured."""

    rows: int
    users: int
    runs: int

    def capped(self, rows: int) -> int:
        """The rows for a program that is too slow for all of them."""
        return min(self.rows, rows)


def size_from_environment() -> Size:
    """ROWS, USERS and RUNS, or what the published figures are made with."""
    return Size(
        rows=int(os.environ.get("ROWS", "1000000")),
        users=int(os.environ.get("USERS", "50000")),
        runs=int(os.environ.get("RUNS", "3")),
    )
