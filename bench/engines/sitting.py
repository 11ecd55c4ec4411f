"""All trials of an engine, one after the other, each stored as it is done."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass

from bench.circumstances import circumstances, continues
from bench.comparison import say
from bench.engines import batch, trials
from bench.engines.engine import BULK, CORRECT, DEFAULT, DRAIN, KILL, LIVE, OFFER, Engine
from bench.engines.live import offer
from bench.engines.outcome import Outcome, reason
from bench.engines.trials import Trial
from bench.errors import MeasurementError, UnavailableError
from bench.storage import Entry, store, stored
from bench.testbed import Testbed

KIND = "engines"
STREAMED: dict[str, Callable[[Trial], Outcome]] = {
    DRAIN: trials.drain,
    CORRECT: trials.correct,
    KILL: trials.kill,
    OFFER: offer,
}
BATCH: dict[str, Callable[[Trial], Outcome]] = {DRAIN: batch.load, CORRECT: batch.correct, KILL: batch.kill}
TRIED_WITH = {DRAIN: (DEFAULT, BULK), CORRECT: (DEFAULT,), KILL: (DEFAULT,), OFFER: (DEFAULT, LIVE)}
"""With which of an engine's settings a trial is made."""


@dataclass(frozen=True)
class Sitting:
    """A run of `python -m bench.engines`.

    Attributes:
        testbed: the servers and the load.
        limit: seconds that each wait of a trial may take.
        chosen: names of trials; None: those that each engine is tried in.
        again: whether trials are made again whose outcomes are stored already, of the same commit, machine and size.
    """

    testbed: Testbed
    limit: float
    chosen: Collection[str] | None = None
    again: bool = False

    def try_engine(self, name: str, engine: Engine) -> bool:
        """Try it; return whether its drained answers were right."""
        say(engine.title)
        entry = self._begun(name, engine)
        for trial, setting, tried in planned(engine, self.chosen):
            key = f"{trial}-{setting}"
            if key in entry["trials"]:
                say(f"  {trial} ({setting}): done before")
                continue
            try:
                outcome = tried(Trial(self.testbed, engine, setting, self.limit))
            except UnavailableError as error:
                say(f"  not available: {error}")
                store(KIND, name, {**entry, "unavailable": str(error)})
                return True
            except (MeasurementError, OSError) as error:
                say(str(error))
                outcome = Outcome(failed=reason(error))
            say(f"  {trial} ({setting}): {said(outcome)}")
            entry["trials"][key] = asdict(outcome)
            store(KIND, name, entry)
        drained = (Outcome(**found) for key, found in entry["trials"].items() if key.startswith(DRAIN))
        return all(outcome.right for outcome in drained)

    def _begun(self, name: str, engine: Engine) -> Entry:
        """The stored entry, if it is of the same commit, machine and size; else one without trials."""
        measured = circumstances()
        entry: Entry = {
            "title": engine.title,
            "users": self.testbed.size.users,
            "rows": self.testbed.size.rows,
            "lines": engine.lines,
            "words": dict(engine.words),
            **measured,
            "versions": {**measured["versions"], **engine.versions},
        }
        before = stored(KIND).get(name)
        kept = before["trials"] if before and not self.again and continues(before, entry) else {}
        return {**entry, "trials": dict(kept)}


def planned(engine: Engine, chosen: Collection[str] | None = None) -> list[tuple[str, str, Callable[[Trial], Outcome]]]:
    """The trials of an engine that are made: name, setting, and what makes it."""
    return [
        (name, setting, tried)
        for name, tried in (BATCH if engine.batch else STREAMED).items()
        if (name not in engine.untried if chosen is None else name in chosen)
        for setting in TRIED_WITH[name]
        if setting in engine.settings
    ]


def said(outcome: Outcome) -> str:
    """One line about an outcome."""
    if outcome.failed is not None:
        return f"failed: {outcome.failed}"
    parts = []
    if speed := outcome.rows_per_second:
        parts.append(f"{speed:,.0f} rows/s")
    parts += [f"{name} {value:,.0f} ms" for name, value in outcome.percentiles_ms.items()]
    parts.append(f"{outcome.peak_mb:,.0f} MB")
    if outcome.killed_at is not None:
        parts.append(f"killed at {outcome.killed_at:.0%}")
    if outcome.wrong_users is not None:
        parts.append("right" if outcome.right else f"{outcome.wrong_users:,} users wrong")
    if outcome.wrong_rows:
        parts.append("rows wrong")
    if outcome.fell:
        parts.append(f"totals fell {outcome.fell} times")
    return ", ".join(parts)
