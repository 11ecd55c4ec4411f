"""The result of a load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.rows import Reject

SHOWN_REJECTS = 20
"""Rejected rows that a report keeps; the topic `rejects` has all of them."""


@dataclass(frozen=True)
class FileReport:
    """The result of loading one file."""

    path: str
    kind: str
    read: int
    """Rows that are not blank; published + rejected, unless loading was cut short."""
    published: int
    rejected: int
    seconds: float
    has_common_fault: bool = False
    """Whether all rows were rejected for one reason, which a note names."""
    columns: tuple[tuple[str, str | None], ...] = ()
    """Each column of the file by the name that it has there, and ours that it is read as; None: it is ignored."""

    @property
    def rows_per_second(self) -> float:
        """Rows read per second."""
        return self.read / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class LoadReport:
    """The result of one load."""

    load_id: UUID
    files: tuple[FileReport, ...] = ()
    problems: tuple[str, ...] = ()
    """One line for each path or file that could not be loaded, or not to its end."""
    notes: tuple[str, ...] = ()
    """What else the person who loads should know, one line each."""
    first_rejects: tuple[Reject, ...] = ()
    applied: bool | None = None
    """Whether Postgres holds all of it; None if that was not waited for."""
    waited_seconds: float = 0.0
    lagging: tuple[str, ...] = ()
    """Partitions that Postgres had not caught up with when waiting ended, in words."""

    @property
    def read(self) -> int:
        """Rows read, over all files."""
        return sum(file.read for file in self.files)

    @property
    def published(self) -> int:
        """Rows published, over all files."""
        return sum(file.published for file in self.files)

    @property
    def rejected(self) -> int:
        """Rows rejected, over all files."""
        return sum(file.rejected for file in self.files)

    @property
    def acknowledged(self) -> int:
        """Rows that Kafka has for sure, as rows or as rejects; fewer than were read if the load was cut off."""
        return self.published + self.rejected

    @property
    def seconds(self) -> float:
        """Time spent on reading and publishing, over all files."""
        return sum(file.seconds for file in self.files)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON knows it."""
        return {
            "load": str(self.load_id),
            "read": self.read,
            "published": self.published,
            "rejected": self.rejected,
            "files": [
                {
                    "path": file.path,
                    "kind": file.kind,
                    "read": file.read,
                    "published": file.published,
                    "rejected": file.rejected,
                    "seconds": round(file.seconds, 3),
                    "columns": [{"theirs": theirs, "ours": ours} for theirs, ours in file.columns],
                }
                for file in self.files
            ],
            "problems": list(self.problems),
            "notes": list(self.notes),
            "rejects": [reject.model_dump(mode="json") for reject in self.first_rejects],
            "applied": self.applied,
            "lagging": list(self.lagging),
        }
