"""What a model declares, in words for people who do not read its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from models.types.column_types import (
    UNBOUNDED,
    ColumnType,
    Day,
    ExactDecimal,
    Flag,
    Identifier,
    Instant,
    ListType,
    TextType,
    WholeNumber,
)

if TYPE_CHECKING:
    from models.aggregates.aggregate import Aggregate
    from models.declaration.model import GroupColumn

_NAMES: Final[Mapping[type[ColumnType], str]] = {
    Identifier: "an id (a whole number from 1 on, in digits)",
    WholeNumber: "a whole number",
    TextType: "a text",
    Flag: "true or false",
    Day: "a date",
    Instant: "a date and time",
}
_ITEMS: Final[Mapping[type[ColumnType], str]] = {
    Identifier: "ids",
    WholeNumber: "whole numbers",
    TextType: "texts",
}
_KINDS: Final[Mapping[str, str]] = {
    "CountItems": "count of items",
    "CountDistinct": "count of different values",
    "StdDev": "standard deviation",
    "Min": "least value",
    "Max": "greatest value",
    "First": "first value",
    "Last": "last value",
    "MostCommon": "most common value",
}
"""Others are called as their class is."""
_LIMITS: Final = {"ge": "at least {}", "gt": "more than {}", "le": "at most {}", "lt": "less than {}"}


def type_in_words(kind: ColumnType) -> str:
    """What a column of rows holds, and within which limits."""
    return ", ".join([_name(kind), *_limits(kind)])


def _name(kind: ColumnType) -> str:
    match kind:
        case ExactDecimal(max_digits=digits, decimal_places=places):
            return f"a number of at most {digits} digits, {places} of them after the point"
        case ListType(item=item, separator=separator):
            return f"a list of {_ITEMS[type(item)]}, separated by {separator!r}"
        case _:
            return _NAMES[type(kind)]


def _limits(kind: ColumnType) -> list[str]:
    bounds = getattr(kind, "bounds", UNBOUNDED)
    if isinstance(kind, Identifier) and bounds == Identifier().bounds:
        bounds = UNBOUNDED
    told = [
        _LIMITS[name].format(f"{limit:,}" if isinstance(limit, int) else limit)
        for name, limit in bounds._asdict().items()
        if limit is not None
    ]
    unit = "item" if isinstance(kind, ListType) else "character"
    if least := getattr(kind, "min_length", 0):
        told.append(f"at least {_counted(least, unit)}")
    if (most := getattr(kind, "max_length", None)) is not None:
        told.append(f"at most {_counted(most, unit)}")
    if pattern := getattr(kind, "pattern", None):
        told.append(f"of the form {pattern}")
    return told


def _counted(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def group_in_words(group: GroupColumn) -> str:
    """What a column of a group is."""
    if group.period is None:
        return group.name
    return f"{group.name}: the first day of the {group.period} of {group.column.name}, in UTC"


def aggregate_in_words(aggregate: Aggregate) -> str:
    """What an aggregate is of which rows, such as: sum of quantity * unit_price, where paid."""
    name = type(aggregate).__name__
    kind = _KINDS.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    value, by = (getattr(aggregate, argument, None) for argument in ("value", "by"))
    of = f"{kind} of {value or 'rows'}" + (f", by {by}" if by is not None else "")
    return of if aggregate.where is None else f"{of}, where {aggregate.where}"


def meaning_of(aggregate: Aggregate) -> str:
    """The first sentences of what its class says of itself."""
    return " ".join((type(aggregate).__doc__ or "").split("\n\n")[0].split()).partition(" SQL:")[0]
