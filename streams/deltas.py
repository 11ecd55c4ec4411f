"""What a batch changes for each user: new contributions added, replaced ones taken off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.aggregate import Aggregate


@dataclass(frozen=True, slots=True)
class Replaced:
    """What stood in `experiments` before rows were replaced or deleted."""

    user_ids: Sequence[int]
    thousandths: Sequence[int]
    compound_ids: Sequence[str]
    """Postgres' text of each array: {1,2,3}."""


def added(contributions: Iterable[tuple[int, int, Sequence[int]]]) -> dict[int, Aggregate]:
    """Each user's delta for rows now stored, given as (user, thousandths of run time, compound ids)."""
    # The body of Aggregate.add, written out: this loop runs for every row.
    deltas: dict[int, Aggregate] = {}
    for user_id, time, compound_ids in contributions:
        delta = deltas.get(user_id)
        if delta is None:
            delta = deltas[user_id] = Aggregate()
        delta.experiments += 1
        delta.thousandths += time
        counts = delta.compounds
        for compound_id in compound_ids:
            counts[compound_id] = counts.get(compound_id, 0) + 1
    return deltas


def retract(deltas: dict[int, Aggregate], replaced: Replaced) -> None:
    """Take what was replaced off the users it was counted for."""
    for user_id, time, text in zip(replaced.user_ids, replaced.thousandths, replaced.compound_ids, strict=True):
        deltas.setdefault(user_id, Aggregate()).retract(time, _array(text))


def _array(text: str) -> Iterable[int]:
    inner = text[1:-1]
    return map(int, inner.split(",")) if inner else ()
