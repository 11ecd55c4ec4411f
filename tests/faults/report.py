"""What came of a run of the laboratory."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.faults.acts import Act, Outcome
from tests.faults.fleet import Fleet


@dataclass
class Report:
    """Sums over all histories of a run."""

    histories: int = 0
    acts: int = 0
    compared: int = 0
    """Rows that were compared with the oracle."""
    published: int = 0
    """Records that were in Kafka."""
    failed: list[int] = field(default_factory=list)
    """Numbers of the histories in which something was wrong."""
    wrong: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    exits: Counter[tuple[int, str]] = field(default_factory=Counter)
    """Workers that ended by themselves: exit code and the beginning of the reason."""
    pauses: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    slowest_stop: float = 0.0
    """Seconds from SIGTERM to a worker's end."""
    resumed: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def note_act(self, act: Act, outcome: Outcome) -> None:
        self.acts += 1
        self.compared += outcome.compared
        self.wrong += outcome.wrong
        for drawn in act.faults:
            self.faults[drawn.fault.name] += 1
        if len(act.faults) == 1:
            self.pauses[act.faults[0].fault.name].append(outcome.pause)
            self.resumed[act.faults[0].fault.name].append(outcome.resumed)

    def note_fleet(self, fleet: Fleet) -> None:
        self.slowest_stop = max(self.slowest_stop, fleet.slowest_stop)
        for each in fleet.exits:
            self.exits[each.code, each.reason[:100]] += 1
            if each.code == 0 or not each.reason:
                self.wrong.append(f"a worker ended with code {each.code} and without a word")

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{'fault':<66} {'done':>4} {'longest pause':>13} {'longest until applied':>21}"
        for name in sorted(self.faults):
            pause, resumed = (max(times[name], default=float("nan")) for times in (self.pauses, self.resumed))
            yield f"{name:<66} {self.faults[name]:>4} {pause:>11.1f} s {resumed:>19.1f} s"
        yield f"slowest stop of a worker: {self.slowest_stop:.1f} s"
        yield "workers that ended by themselves, and were started again:"
        for (code, reason), count in self.exits.most_common():
            yield f"{count:>6}  exit {code}: {reason or '(no reason given)'}"
        yield (
            f"{self.histories} histories, {self.acts} acts, {sum(self.faults.values())} faults, "
            f"{self.published:,} records published, {self.compared:,} rows compared, {len(self.wrong)} wrong"
        )
