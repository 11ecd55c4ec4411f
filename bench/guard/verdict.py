"""From paired measurements to ratios with their spread, and whether something is surely worse."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import NamedTuple

FLOOR = 0.9
"""A ratio below this counts as worse."""
LEAST_PAIRS = 3
"""So few pairs say nothing sure below this."""
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131)
"""Student's t for 95% between both tails, by degrees of freedom from 1 on. Beyond the table the last is kept: it is
greater than the right one, so the interval is rather too wide."""

Figures = Mapping[str, float]
"""One run's figures by name."""

LESS_IS_BETTER = ("processor", "latency", "memory")


class Ratio(NamedTuple):
    """How the working tree compares in one figure; above 1 it is the better one, also where less is better."""

    name: str
    middle: float
    """The geometric mean of the pairs' ratios."""
    low: float
    high: float
    """The ends of the mean's 95% interval, from the spread of the pairs."""
    pairs: int

    @property
    def surely_worse(self) -> bool:
        """Whether even the upper end of the interval is below the floor."""
        return self.pairs >= LEAST_PAIRS and self.high < FLOOR


def ratios(pairs: Sequence[tuple[Figures, Figures]]) -> list[Ratio]:
    """One ratio for each figure that both have.

    Args:
        pairs: the working tree's figures and the other's, of runs one after the other.
    """
    names = [name for name in pairs[0][0] if name in pairs[0][1]]
    return [_ratio(name, [_better(name, ours[name], theirs[name]) for ours, theirs in pairs]) for name in names]


def _better(name: str, ours: float, theirs: float) -> float:
    return theirs / ours if name.endswith(LESS_IS_BETTER) else ours / theirs


def _ratio(name: str, found: Sequence[float]) -> Ratio:
    logarithms = [math.log(ratio) for ratio in found]
    mean = statistics.fmean(logarithms)
    if len(found) == 1:
        return Ratio(name, math.exp(mean), 0.0, math.inf, 1)
    student = STUDENT[min(len(found) - 1, len(STUDENT)) - 1]
    half = student * statistics.stdev(logarithms) / math.sqrt(len(found))
    return Ratio(name, math.exp(mean), math.exp(mean - half), math.exp(mean + half), len(found))


def lines(found: Sequence[Ratio]) -> list[str]:
    """The table that is printed."""
    header = f"{'figure':<28} {'ratio':>6}   95% interval   (above 1: the working tree is better)"
    return [header, *(_line(ratio) for ratio in found)]


def _line(ratio: Ratio) -> str:
    verdict = f"  surely worse than {FLOOR:g}" if ratio.surely_worse else ""
    return f"{ratio.name:<28} {ratio.middle:>6.2f}   {ratio.low:.2f} … {ratio.high:.2f}{verdict}"
