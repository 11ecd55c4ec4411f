"""Limits of a column as JSON: whether one set of them takes all that another takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from models.declaration.as_json import Declared

_End: TypeAlias = tuple[Any, int] | None
"""A limit, and on which side of it values are; None: there is no limit."""


def is_looser(before: Declared, after: Declared) -> bool:
    """Whether all values that the limits took before are taken by those after, as far as that can be known.

    Args:
        before: a column, as `models.declaration.as_json` writes it.
        after: the same column, of the same type.
    """
    least = _ends(before, after, ("ge", 0), ("gt", 1), max)
    greatest = _ends(before, after, ("le", 0), ("lt", -1), min)
    pattern = after.get("pattern")
    return (
        _is_within(least, lambda old, new: new <= old)
        and _is_within(greatest, lambda old, new: new >= old)
        and after.get("min_length", 0) <= before.get("min_length", 0)
        and (after.get("max_length") is None or after["max_length"] >= before.get("max_length", float("inf")))
        and pattern in (None, before.get("pattern"))
    )


def _ends(
    before: Declared,
    after: Declared,
    closed: tuple[str, int],
    open_: tuple[str, int],
    tighter: Callable[[list[Any]], Any],
) -> tuple[_End, _End]:
    found: list[_End] = []
    for column in (before, after):
        ends = [(_value(column[name]), side) for name, side in (closed, open_) if name in column]
        found.append(tighter(ends) if ends else None)
    return found[0], found[1]


def _is_within(ends: tuple[_End, _End], is_wider: Callable[[Any, Any], bool]) -> bool:
    old, new = ends
    return new is None or (old is not None and is_wider(old, new))


def _value(limit: object) -> Decimal | datetime:
    """A limit as what can be compared with another one of its column."""
    try:
        return Decimal(str(limit))
    except InvalidOperation:
        return datetime.fromisoformat(str(limit))
