"""Files written, looked at, and the model that is proposed for them, loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.declaration.loading import load_model
from models.declaration.model import Model, RowTable
from producers.files.discovery import find
from producers.proposal.evidence.any_header import AnyHeader
from producers.proposal.propose import propose
from producers.proposal.proposed import Proposal
from producers.proposal.source import source_of
from producers.rows.read_options import DEFAULT_READ_OPTIONS, ReadOptions


@dataclass(frozen=True)
class Proposed:
    """What was proposed, as text and loaded."""

    proposal: Proposal
    source: str
    model: Model

    def rows(self, table: str) -> RowTable:
        return next(rows for rows in self.model.rows if rows.name == table)

    def comments_of(self, table: str, column: str) -> str:
        """The evidence of a column and its questions, on one line."""
        kind = next(kind for kind in self.proposal.kinds if kind.table == table)
        found = kind.column(column)
        return " ".join([*found.evidence, *(f"? {question}" for question in found.questions)])

    def questions_of(self, table: str) -> str:
        return " ".join(next(kind for kind in self.proposal.kinds if kind.table == table).questions)


def proposed_for(
    *paths: Path, into: Path, whole: bool = False, reading: ReadOptions = DEFAULT_READ_OPTIONS
) -> Proposed:
    inputs = find(paths, AnyHeader(), reading)
    proposal = propose(inputs.files, whole=whole)
    source = source_of(proposal, "A test.")
    path = into / "proposed.py"
    path.write_text(source, encoding="utf-8")
    return Proposed(proposal, source, load_model(str(path)))


def proposed_of(folder: Path, **files: str) -> Proposed:
    """The model for files of these names and contents."""
    (folder / "files").mkdir()
    for name, text in files.items():
        (folder / "files" / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return proposed_for(folder / "files", into=folder)
