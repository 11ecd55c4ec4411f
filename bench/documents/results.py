"""All stored results, as the pages ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import comparison, cores, features, growth, latency, soak, steps
from bench.engines import sitting
from bench.figure import Figure
from bench.storage import FOLDER, Entry, figure_of, stored

NOT_MEASURED = "not measured yet"


@dataclass(frozen=True)
class Results:
    """One mapping of entries for each kind of run."""

    comparison: Mapping[str, Entry]
    growth: Mapping[str, Entry]
    latency: Mapping[str, Entry]
    soak: Mapping[str, Entry]
    steps: Mapping[str, Entry]
    engines: Mapping[str, Entry]
    features: Mapping[str, Entry]
    scale: Mapping[str, Entry]

    def speed(self, name: str) -> float | None:
        """Rows a second of a compared program; None if not measured."""
        figure = figure_of(self.comparison.get(name))
        return figure.rows_per_second if figure else None

    def rows(self, name: str) -> int | None:
        """How many rows a compared program had; None if not measured."""
        figure = figure_of(self.comparison.get(name))
        return figure.rows if figure else None

    def ratio(self, name: str, over: str) -> float | None:
        """One program's speed over another's; None if one of them was not measured."""
        one, other = self.speed(name), self.speed(over)
        return one / other if one and other else None

    def grown(self, name: str, rows: int) -> Figure | None:
        """The figure of "producer" or "worker" at a size of the growth runs."""
        return figure_of(self.growth.get(f"{name}-{rows}"))

    def entries(self) -> list[Entry]:
        """Every entry of every kind."""
        kinds = (
            self.comparison,
            self.growth,
            self.latency,
            self.soak,
            self.steps,
            self.engines,
            self.features,
            self.scale,
        )
        return [entry for kind in kinds for entry in kind.values()]


def all_results(folder: Path = FOLDER) -> Results:
    """Read them."""
    modules = (comparison, growth, latency, soak, steps, sitting, features, cores)
    kinds = [module.KIND for module in modules]
    return Results(*(stored(kind, folder) for kind in kinds))
