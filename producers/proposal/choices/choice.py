"""A type that is chosen, with the evidence and the doubts in words."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from models.types.column_types import ColumnType, Written
from producers.proposal.evidence.column_evidence import ColumnEvidence
from producers.proposal.evidence.trials import Failure
from producers.proposal.names import quoted

_OFTEN: Final = 3
"""A value that is faulty so often means something."""


@dataclass
class Choice:
    """A type and why it was chosen."""

    type: ColumnType
    evidence: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    written: Written | None = None


def exceptions(seen: ColumnEvidence, kind: str, what: str) -> Iterator[str]:
    """A question about the values that the chosen type does not read; none if there are none."""
    failures, first = seen.failures(kind), seen.first_failure(kind)
    if failures and first is not None:
        texts = (seen.verdicts or {})[kind].texts
        if texts.total() == failures >= _OFTEN * len(texts):
            said = " or ".join(map(quoted, texts))
            options = " ".join(f"--null={shlex.quote(text)}" for text in texts)
            yield (
                f"{failures:,} of {seen.values:,} values are {said}: if that means nothing, load with {options}; else "
                "such rows will be rejected and reported"
            )
            return
        yield (
            f"{failures:,} of {seen.values:,} values {_is_not(failures)} {what}, first {_shown(first)}: "
            "such rows will be rejected and reported; take str to store them as they are"
        )


def _is_not(count: int) -> str:
    return "is not" if count == 1 else "are not"


def _shown(first: Failure) -> str:
    return f"{quoted(first.text)} in {first.place}"
