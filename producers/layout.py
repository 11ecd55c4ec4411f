"""Where the columns of a kind stand in a file's rows."""

from __future__ import annotations

from dataclasses import dataclass

from producers.kinds import Kind


@dataclass(frozen=True)
class Layout:
    """How the fields of a row become the columns of its kind."""

    kind: Kind
    header: tuple[str, ...]
    """All columns of the file, those that are ignored included."""
    positions: tuple[int, ...]
    """Where each of the kind's columns stands in a row, in the kind's order."""
