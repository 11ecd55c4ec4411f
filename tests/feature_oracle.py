"""What each feature table holds, in plain Python: it shares no code with the product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import localcontext
from fractions import Fraction
from statistics import variance
from typing import Any

from models.aggregates.aggregate import Aggregate
from models.declaration.model import FeatureTable
from models.declare import Count, CountDistinct, CountItems, First, Last, Max, Mean, Min, MostCommon, StdDev, Sum
from tests.declared_expressions import worth

Row = Mapping[str, Any]
Group = tuple[Any, ...]


def features_of(features: FeatureTable, rows: Sequence[Row]) -> dict[Group, dict[str, Any]]:
    """The feature table's values by group: numbers as fractions, and of a StdDev the square, which is exact."""
    groups: dict[Group, list[Row]] = {}
    for row in rows:
        groups.setdefault(group_of(features, row), []).append(row)
    with localcontext(prec=200):
        return {
            group: {
                column: value
                for name, aggregate in features.aggregates.items()
                for column, value in _columns(name, aggregate, features.rows.key, of_group)
            }
            for group, of_group in groups.items()
        }


def group_of(features: FeatureTable, row: Row) -> Group:
    """The group that a row belongs to."""
    return tuple(
        row[column.column.name] if column.period is None else _first_day(column.period.value, row[column.column.name])
        for column in features.group
    )


def _first_day(period: str, moment: date) -> date:
    day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=day.day if period == "day" else 1, month=1 if period == "year" else day.month)


def _columns(name: str, aggregate: Aggregate, key: tuple[str, ...], rows: Sequence[Row]) -> Iterator[tuple[str, Any]]:
    where = aggregate.where
    counted = [row for row in rows if where is None or worth(where, row) is True]
    match aggregate:
        case Count():
            yield name, len(counted)
        case CountItems(column=column):
            yield name, sum(len(row[column] or []) for row in counted)
        case First(value=value, by=by) | Last(value=value, by=by):
            yield name, _value_by(value, by, key, counted, last=isinstance(aggregate, Last))
        case MostCommon(value=value, count=count, ties=ties):
            yield from _most_common(_values(value, counted), name, count, ties)
        case CountDistinct(value=value):
            yield name, len(set(_values(value, counted)))
        case Sum(value=value) | Mean(value=value) | StdDev(value=value) | Min(value=value) | Max(value=value):
            yield name, _of_values(aggregate, _values(value, counted))


def _values(value: str, rows: Sequence[Row]) -> list[Any]:
    found = [row[value] if value in row else worth(value, row) for row in rows]
    present = [each for each in found if each is not None]
    return [item for each in present for item in each] if any(isinstance(each, list) for each in present) else present


def _of_values(aggregate: Aggregate, values: list[Any]) -> Any:  # noqa: ANN401  # of any type
    match aggregate:
        case Sum():
            return sum(map(Fraction, values))
        case Mean():
            return sum(map(Fraction, values)) / len(values) if values else None
        case StdDev():
            return variance(map(Fraction, values)) if len(values) > 1 else None
        case Min():
            return min(values, default=None)
    return max(values, default=None)


def _value_by(value: str, by: str, key: tuple[str, ...], rows: Sequence[Row], *, last: bool) -> Any:  # noqa: ANN401
    found = [(worth(by, row), tuple(row[name] for name in key), worth(value, row)) for row in rows]
    present = [each for each in found if each[0] is not None and each[2] is not None]
    if not present:
        return None
    best = (max if last else min)(each[0] for each in present)
    return min((each for each in present if each[0] == best), key=lambda each: each[1])[2]


def _most_common(values: list[Any], name: str, count: str | None, ties: str | None) -> Iterator[tuple[str, Any]]:
    times = Counter(values)
    most = max(times.values(), default=0)
    tied = sorted(value for value, often in times.items() if often == most)
    yield name, tied[0] if tied else None
    if count is not None:
        yield count, most
    if ties is not None:
        yield ties, tied
