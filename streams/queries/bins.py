"""The bins of a histogram: of a round width, so that people can read where they begin."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

BINS = 16
"""At most."""
_ROUND = (1, 2, 5, 10)


def lower_ends(low: Decimal, high: Decimal, *, is_whole: bool = False) -> list[Decimal]:
    """Where bins begin that hold all from `low` to `high`: multiples of a round width, at most BINS of them.

    Args:
        low: the least value that matters; smaller ones belong to the first bin.
        high: the greatest one, not below `low`; greater ones belong to the last bin.
        is_whole: whether values are whole numbers, so that no bin is narrower than 1.
    """
    width = _width(high - low, is_whole=is_whole)
    first, last = (int((limit / width).to_integral_value(ROUND_FLOOR)) for limit in (low, high))
    return [number * width for number in range(first, last + 1)]


def _width(span: Decimal, *, is_whole: bool) -> Decimal:
    """The least round width by which so many bins hold the span, wherever it begins."""
    if not span:
        return Decimal(1)
    needed = span / (BINS - 1)
    power = Decimal(10) ** needed.adjusted()
    width = next(power * factor for factor in _ROUND if power * factor >= needed)
    return max(width, Decimal(1)) if is_whole else width
