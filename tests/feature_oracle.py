"""What each feature table holds, in plain Python: it shares no code with the product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from tests.expression_oracle import worth

Row = Mapping[str, Any]
Group = tuple[Any, ...]


@dataclass(frozen=True)
class Aggregation:
    """An aggregate as a declaration writes it, by the name of its class."""

    kind: str
    value: str | None = None
    by: str | None = None
    where: str | None = None
    count: str | None = None
    ties: str | None = None


@dataclass(frozen=True)
class FeatureColumns:
    """A feature table as a declaration writes it.

    Attributes:
        key: the columns that name a row.
        group: the columns of a group, each with its period, if it has one.
    """

    key: tuple[str, ...]
    group: tuple[tuple[str, str | None], ...]
    aggregates: Mapping[str, Aggregation]


def features_of(features: FeatureColumns, rows: Sequence[Row]) -> dict[Group, dict[str, Any]]:
    """The feature table's values by group: numbers as fractions, and of a StdDev the square, which is exact."""
    groups: dict[Group, list[Row]] = {}
    for row in rows:
        groups.setdefault(group_of(features, row), []).append(row)
    with localcontext(prec=200):
        return {
            group: {
                column: value
                for name, aggregate in features.aggregates.items()
                for column, value in _columns(name, aggregate, features.key, of_group)
            }
            for group, of_group in groups.items()
        }


def group_of(features: FeatureColumns, row: Row) -> Group:
    """The group that a row belongs to."""
    return tuple(row[name] if period is None else _first_day(period, row[name]) for name, period in features.group)


def _first_day(period: str, moment: date) -> date:
    day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=day.day if period == "day" else 1, month=1 if period == "year" else day.month)


def _columns(name: str, said: Aggregation, key: tuple[str, ...], rows: Sequence[Row]) -> Iterator[tuple[str, Any]]:
    counted = [row for row in rows if said.where is None or worth(said.where, row) is True]
    if said.kind == "Count":
        yield name, len(counted)
    elif said.kind in {"First", "Last"}:
        yield name, _value_by(said, key, counted)
    else:
        assert said.value is not None
        values = _values(said.value, counted)
        if said.kind == "MostCommon":
            yield from _most_common(name, said, values)
        else:
            yield name, _of_values(said.kind, values)


def _values(value: str, rows: Sequence[Row]) -> list[Any]:
    found = [row[value] if value in row else worth(value, row) for row in rows]
    present = [each for each in found if each is not None]
    return [item for each in present for item in each] if any(isinstance(each, list) for each in present) else present


def _of_values(kind: str, values: list[Any]) -> Any:  # noqa: ANN401, PLR0911  # of any type; a case for each
    match kind:
        case "CountItems":
            return len(values)
        case "CountDistinct":
            return len(set(values))
        case "Sum":
            return _sum(values)
        case "Mean":
            return _sum(values) / len(values) if values else None
        case "StdDev":
            return _variance(values) if len(values) > 1 else None
        case "Min":
            return min(values, default=None)
        case "Max":
            return max(values, default=None)
    raise AssertionError(kind)


def _sum(values: list[Any]) -> Fraction:
    return Fraction(sum(values, Decimal()))


def _variance(values: list[Any]) -> Fraction:
    squares = _sum([Decimal(value) * value for value in values])
    return (squares * len(values) - _sum(values) ** 2) / (len(values) * (len(values) - 1))


def _value_by(said: Aggregation, key: tuple[str, ...], rows: Sequence[Row]) -> Any:  # noqa: ANN401  # of any type
    assert said.by is not None
    assert said.value is not None
    found = [(worth(said.by, row), tuple(row[name] for name in key), worth(said.value, row)) for row in rows]
    present = [each for each in found if each[0] is not None and each[2] is not None]
    if not present:
        return None
    best = (max if said.kind == "Last" else min)(each[0] for each in present)
    return min((each for each in present if each[0] == best), key=lambda each: each[1])[2]


def _most_common(name: str, said: Aggregation, values: list[Any]) -> Iterator[tuple[str, Any]]:
    times = Counter(values)
    most = max(times.values(), default=0)
    tied = sorted(value for value, often in times.items() if often == most)
    yield name, tied[0] if tied else None
    if said.count is not None:
        yield said.count, most
    if said.ties is not None:
        yield said.ties, tied
