"""The aggregate of one user's experiments: add, retract, and the features that follow from it.

This is the definition. The worker changes many users at once, by `streams.features.aggregate_columns`; tests hold the
two together. Sums are whole thousandths and counts are integers, so adding and retracting in any order gives what
recomputing would give.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Aggregate:
    """What experiments add up to; as a delta, numbers may be negative."""

    experiments: int = 0
    thousandths: int = 0
    """Sum of run times, in thousandths."""
    compounds: dict[int, int] = field(default_factory=dict)
    """How often each compound is listed; never a zero."""
    version: int = 0
    """Version of the feature row that was written with it; 0: there is none."""

    @property
    def is_zero(self) -> bool:
        """Whether nothing is left: no experiment, no run time, no compound."""
        return not self.experiments and not self.thousandths and not self.compounds

    @property
    def listed(self) -> int:
        """Compound ids listed, repeats counted."""
        return sum(self.compounds.values())

    @property
    def top_count(self) -> int:
        """How often the most often listed compound is listed; 0 if none is."""
        return max(self.compounds.values(), default=0)

    @property
    def tied(self) -> list[int]:
        """All compounds listed that often, ascending."""
        top_count = self.top_count
        return sorted(compound_id for compound_id, count in self.compounds.items() if count == top_count)

    @property
    def top_compound_id(self) -> int | None:
        """The most often listed compound: of several, the lowest id by number; None if none is listed."""
        return min(self.tied, default=None)

    def add(self, thousandths: int, compound_ids: Iterable[int]) -> None:
        """Count one experiment."""
        self._count(1, thousandths, compound_ids)

    def retract(self, thousandths: int, compound_ids: Iterable[int]) -> None:
        """Take off one experiment that was counted before, here or elsewhere."""
        self._count(-1, thousandths, compound_ids)

    def _count(self, sign: int, thousandths: int, compound_ids: Iterable[int]) -> None:
        self.experiments += sign
        self.thousandths += sign * thousandths
        for compound_id in compound_ids:
            self._list(compound_id, sign)

    def merge(self, delta: Aggregate) -> None:
        """Add what the delta holds."""
        self.experiments += delta.experiments
        self.thousandths += delta.thousandths
        for compound_id, change in delta.compounds.items():
            self._list(compound_id, change)

    def _list(self, compound_id: int, change: int) -> None:
        count = self.compounds.get(compound_id, 0) + change
        if count:
            self.compounds[compound_id] = count
        else:
            del self.compounds[compound_id]
