"""The aggregate of one user's experiments: add, retract, merge, and the features that follow from it.

Sums are whole thousandths and counts are integers, so adding and retracting in any order gives what computing
anew would give.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Aggregate(msgspec.Struct):
    """What experiments add up to; as a delta, numbers may be negative. Each gets its own copy of an empty default."""

    experiments: int = 0
    thousandths: int = 0
    """Sum of run times, in thousandths."""
    compounds: dict[int, int] = {}
    """How often each compound is listed; never a zero."""

    @property
    def is_zero(self) -> bool:
        """Whether nothing is left: no experiment, no run time, no compound."""
        return not self.experiments and not self.thousandths and not self.compounds

    def add(self, thousandths: int, compound_ids: Iterable[int]) -> None:
        """Count one experiment."""
        self.experiments += 1
        self.thousandths += thousandths
        counts = self.compounds
        for compound_id in compound_ids:
            count = counts.get(compound_id, 0) + 1
            if count:
                counts[compound_id] = count
            else:
                del counts[compound_id]

    def retract(self, thousandths: int, compound_ids: Iterable[int]) -> None:
        """Take off one experiment that was counted before, here or elsewhere."""
        self.experiments -= 1
        self.thousandths -= thousandths
        counts = self.compounds
        for compound_id in compound_ids:
            count = counts.get(compound_id, 0) - 1
            if count:
                counts[compound_id] = count
            else:
                del counts[compound_id]


class UserAggregate(Aggregate, array_like=True):
    """A user's aggregate as the Faust table keeps it, with what is costly to find anew at each change."""

    listed: int = 0
    """Compound ids listed, repeats counted."""
    top_count: int = 0
    """How often the most often listed compound is listed."""
    tied: list[int] = []
    """All compounds listed that often, ascending; the top compound is the first."""
    version: int = 0
    """Version of the feature row that was written with it; 0: there is none."""

    @property
    def top_compound_id(self) -> int | None:
        """The most often listed compound: of several, the lowest id by number; None if none is listed."""
        return self.tied[0] if self.tied else None

    def merge(self, delta: Aggregate) -> None:
        """Add what the delta holds."""
        self.change(delta.experiments, delta.thousandths, delta.compounds, delta.compounds.values())

    def change(self, experiments: int, thousandths: int, compound_ids: Iterable[int], changes: Iterable[int]) -> None:
        """Add so many experiments and thousandths, and list each of the compounds so much more often; never by zero."""
        self.experiments += experiments
        self.thousandths += thousandths
        counts, tied, fallen = self.compounds, self.tied, False
        for compound_id, change in zip(compound_ids, changes, strict=True):
            before = counts.get(compound_id, 0)
            count = before + change
            self.listed += change
            if count:
                counts[compound_id] = count
            else:
                del counts[compound_id]
            if change < 0:
                fallen = fallen or before == self.top_count
            elif count > self.top_count:
                self.top_count, tied = count, [compound_id]
            elif count == self.top_count:
                tied.append(compound_id)
        self.tied = sorted(tied)
        # Of deltas merged one after the other, counts may be negative meanwhile: then all is compared.
        if fallen or self.top_count <= 0:
            self._find_top()

    def _find_top(self) -> None:
        self.top_count = max(self.compounds.values(), default=0)
        self.tied = sorted(compound_id for compound_id, count in self.compounds.items() if count == self.top_count)


def computed(experiments: int, thousandths: int, compounds: dict[int, int], version: int) -> UserAggregate:
    """A user's aggregate from sums and counts that were computed elsewhere."""
    aggregate = UserAggregate(experiments, thousandths, compounds, sum(compounds.values()), version=version)
    aggregate._find_top()  # noqa: SLF001  # of this module
    return aggregate


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(UserAggregate)


def encoded(aggregate: UserAggregate) -> bytes | None:
    """What the Faust table keeps of a user: MessagePack, an array of the members in order.

    None for a user without experiments, and for one whose sum of run times does not fit in MessagePack's integers:
    such a one is computed anew each time.
    """
    if not aggregate.experiments:
        return None
    try:
        return _ENCODER.encode(aggregate)
    except OverflowError:
        return None


def decoded(value: bytes) -> UserAggregate | None:
    """The aggregate that a value of the Faust table holds; None if it is of another form, of another version of us."""
    try:
        return _DECODER.decode(value)
    except msgspec.DecodeError:
        return None
