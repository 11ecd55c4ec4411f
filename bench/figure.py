"""One measurement's outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Samples = list[tuple[float, float]]
"""Resident memory over time: seconds since the process started, MB (10^6 bytes)."""


@dataclass(frozen=True)
class Figure:
    """What was done, in which time, with how much memory.

    Attributes:
        rows: how many.
        seconds: how long they took.
        peak_mb: most resident memory of the measured processes, in MB (10^6 bytes).
        percentiles_ms: latencies in milliseconds by percentile ("p50"), where latency was measured.
        memory: resident memory over time, where it was asked for.
    """

    rows: int
    seconds: float
    peak_mb: float
    percentiles_ms: dict[str, float] = field(default_factory=dict)
    memory: Samples = field(default_factory=list)

    @property
    def rows_per_second(self) -> float:
        """Speed."""
        return self.rows / self.seconds


def thinned(samples: Samples, most: int = 300) -> Samples:
    """Evenly chosen samples, the first and the last among them, no more than that many."""
    if len(samples) <= most:
        return samples
    step = (len(samples) - 1) / (most - 1)
    return [samples[round(number * step)] for number in range(most)]


def median(figures: Sequence[Figure]) -> Figure:
    """The figure of median speed, the slower of the middle two, with the most memory of all."""
    middle = sorted(figures, key=lambda figure: figure.rows_per_second)[(len(figures) - 1) // 2]
    peak = max(figure.peak_mb for figure in figures)
    return Figure(middle.rows, middle.seconds, peak, middle.percentiles_ms, middle.memory)
