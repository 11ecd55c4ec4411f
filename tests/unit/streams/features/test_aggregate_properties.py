from __future__ import annotations

from collections import Counter
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from streams.features.aggregate import Aggregate
from streams.features.aggregate_columns import Aggregates
from streams.table.codec import aggregate_of, value_of

Experiment = tuple[int, tuple[int, ...]]

EXPERIMENTS = st.tuples(
    st.integers(0, 10**15 - 1), st.lists(st.integers(1, 5) | st.just(2**63 - 1), max_size=6).map(tuple)
)


class AnAggregateAndItsExperiments(RuleBasedStateMachine):
    """Changes an aggregate as batches do, beside a plain list of the experiments that it stands for.

    A delta may take off an experiment that it has not seen added, and add one that a later delta takes off.
    """

    present: Bundle[Experiment] = Bundle("present")

    def __init__(self) -> None:
        super().__init__()
        self.experiments: list[Experiment] = []
        self.aggregate = Aggregate(version=1)
        self.deltas = [Aggregate(), Aggregate()]

    @rule(target=present, experiment=EXPERIMENTS, delta=st.integers(0, 1))
    def add(self, experiment: Experiment, delta: int) -> Experiment:
        self.deltas[delta].add(*experiment)
        self.experiments.append(experiment)
        return experiment

    @rule(experiment=consumes(present), delta=st.integers(0, 1))
    def retract(self, experiment: Experiment, delta: int) -> None:
        self.deltas[delta].retract(*experiment)
        self.experiments.remove(experiment)

    @rule(
        target=present, experiment=consumes(present), compounds=st.permutations([1, 1, 2, 3]), delta=st.integers(0, 1)
    )
    def correct(self, experiment: Experiment, compounds: list[int], delta: int) -> Experiment:
        corrected = experiment[0], tuple(compounds)
        self.deltas[delta].retract(*experiment)
        self.deltas[delta].add(*corrected)
        self.experiments.remove(experiment)
        self.experiments.append(corrected)
        return corrected

    @rule(experiments=st.lists(EXPERIMENTS, max_size=4))
    def add_and_retract_at_once(self, experiments: list[Experiment]) -> None:
        for experiment in experiments:
            self.deltas[0].add(*experiment)
        for experiment in experiments:
            self.deltas[0].retract(*experiment)

    @rule()
    def merge(self) -> None:
        """Merge both deltas, in an order in which no count is negative in the end: they belong together."""
        first, second = self.deltas
        for compound, times in second.compounds.items():
            left = first.compounds.get(compound, 0) + times
            if left:
                first.compounds[compound] = left
            else:
                del first.compounds[compound]
        first.experiments += second.experiments
        first.thousandths += second.thousandths
        self.aggregate.merge(first)
        self.deltas = [Aggregate(), Aggregate()]

    @rule()
    def merge_one_after_the_other(self) -> None:
        """Between the two, counts may be negative: the end is right all the same."""
        for delta in self.deltas:
            self.aggregate.merge(delta)
        self.deltas = [Aggregate(), Aggregate()]

    @rule()
    def store_and_read(self) -> None:
        if not all(delta.is_zero for delta in self.deltas):
            return
        value = value_of(self.aggregate)
        if value is None:
            assert not self.aggregate.experiments
        else:
            stored = aggregate_of(value)
            assert stored is not None
            self.aggregate = stored

    @rule()
    def merge_as_columns(self) -> None:
        for delta in self.deltas:
            self.aggregate = Aggregates.of({1: self.aggregate}).merged(Aggregates.of({1: delta}), version=2).user(0)
        self.deltas = [Aggregate(), Aggregate()]

    @invariant()
    def equals_recomputation_once_all_is_merged(self) -> None:
        if not all(delta.is_zero for delta in self.deltas):
            return
        found, listed = self.aggregate, Counter[int]()
        for _, compounds in self.experiments:
            listed.update(compounds)
        best = max(listed.values(), default=0)
        assert found.experiments == len(self.experiments)
        assert Fraction(found.thousandths, 1000) == sum(Fraction(time, 1000) for time, _ in self.experiments)
        assert found.compounds == listed
        assert found.listed == listed.total()
        assert found.top_count == best
        assert found.tied == sorted(compound for compound, times in listed.items() if times == best)
        assert found.top_compound_id == min(found.tied, default=None)
        assert found.is_zero == (not self.experiments)


TestAnAggregate = AnAggregateAndItsExperiments.TestCase
