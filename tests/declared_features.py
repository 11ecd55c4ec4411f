"""Random feature tables over random rows: aggregates of all kinds, expressions, conditions, groups and periods."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import fields
from types import new_class
from typing import Any, Final

from hypothesis import strategies as st

from models.aggregates.aggregate import Aggregate
from models.declaration.base_classes import Features
from models.declaration.feature_checks import checked_features
from models.declaration.model import FeatureTable, RowTable
from models.declaration.source_places import SourcePlaces
from models.declare import Count, CountDistinct, CountItems, First, Last, Max, Mean, Min, MostCommon, StdDev, Sum
from models.expressions.value_types import ExpressionError
from models.types.column_types import (
    Column,
    ColumnType,
    Day,
    ExactDecimal,
    Flag,
    Instant,
    ListType,
    TextType,
    WholeNumber,
)
from tests.declared_tables import column_values, row_tables
from tests.feature_oracle import Aggregation, FeatureColumns

_PERIODS: Final = ("day", "week", "month", "year")
_LITERALS: Final[Mapping[type[ColumnType], list[str]]] = {
    TextType: ["'a'", "'AB'"],
    Day: ["'2024-02-29'"],
    Instant: ["'2024-02-29T10:00:00Z'"],
}


def declared_features(
    table: RowTable, aggregates: Mapping[str, Aggregate], by: tuple[str, ...] = (), name: str = "thing_features"
) -> FeatureTable:
    """The feature table that a class of these aggregates declares."""
    keywords = {"table": name, "of": table.definition, "by": by}
    features = new_class("ThingFeatures", (Features,), keywords, lambda body: body.update(aggregates))
    found, faults = checked_features(features, {table.definition: table}, SourcePlaces("thing.py", ast.Module([], [])))
    assert not faults, faults
    assert found is not None
    return found


def described(features: FeatureTable) -> FeatureColumns:
    """The same for the oracle."""
    group = tuple((each.column.name, each.period.value if each.period else None) for each in features.group)
    names = [field.name for field in fields(Aggregation)]
    return FeatureColumns(
        features.rows.key,
        group,
        {
            name: Aggregation(
                type(each).__name__,
                **{
                    {"column": "value"}.get(field.name, field.name): getattr(each, field.name)
                    for field in fields(each)
                    if field.name in {*names, "column"}
                },
            )
            for name, each in features.aggregates.items()
        },
    )


@st.composite
def feature_tables(draw: st.DrawFn, *, max_aggregates: int = 5) -> FeatureTable:
    """A random table of features over random rows."""
    return draw(features_of(draw(row_tables(grouped=True)), max_aggregates=max_aggregates))


@st.composite
def features_of(draw: st.DrawFn, table: RowTable, *, max_aggregates: int = 5) -> FeatureTable:
    """A random table of features over these rows, whose groups have one to three columns."""
    assert table.group is not None
    by = draw(st.lists(st.sampled_from(_group_choices(table)), max_size=2, unique=True))
    more = [column for column in by if column != table.group]
    drawn = draw(st.lists(aggregates_of(table), max_size=max_aggregates))
    # Products of long numbers have more digits than are held: that is a fault, and not for here.
    held = {f"a{number}": each for number, each in enumerate(drawn) if _is_held(each, table)}
    named = {name: _with_columns(name, each, draw(st.booleans())) for name, each in held.items()}
    return declared_features(table, named or {"a": Count()}, (table.group, *more) if more else ())


def aggregates_of(table: RowTable) -> st.SearchStrategy[Aggregate]:
    """An aggregate of any kind that these rows allow, with a condition or without."""
    where = st.none() | _conditions(table)
    lists = [column.name for column in table.columns if isinstance(column.type, ListType)]
    numbers = _numbers(table)
    single = st.sampled_from([column.name for column in table.columns if column.name not in lists])
    any_value = single | numbers
    ordered = numbers | st.sampled_from(
        [column.name for column in table.columns if not isinstance(column.type, ListType | Flag)] or ["1"]
    )
    choices: list[st.SearchStrategy[Aggregate]] = [
        st.builds(Count, where=where),
        st.one_of([st.builds(kind, numbers, where=where) for kind in (Sum, Mean, StdDev)]),
        st.one_of([st.builds(kind, ordered, where=where) for kind in (Min, Max)]),
        st.one_of([st.builds(kind, any_value, by=ordered, where=where) for kind in (First, Last)]),
        st.one_of([st.builds(kind, any_value, where=where) for kind in (CountDistinct, MostCommon)]),
    ]
    if lists:
        kinds = (CountItems, CountDistinct, MostCommon)
        choices.append(st.one_of([st.builds(kind, st.sampled_from(lists), where=where) for kind in kinds]))
    return st.one_of(choices)


def grouped_rows(
    features: FeatureTable, *, max_size: int = 12, distinct_keys: bool = True
) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Valid rows of few groups and often of equal values, so that there are ties.

    Without distinct keys, some are corrections of others.
    """
    table = features.rows

    def rows(pools: list[list[Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
        names = [column.name for column in table.columns]
        each = st.fixed_dictionaries({name: st.sampled_from(pool) for name, pool in zip(names, pools, strict=True)})
        by_key = (lambda row: tuple(row[name] for name in table.key)) if distinct_keys else None
        return st.lists(each, max_size=max_size, unique_by=by_key)

    return st.tuples(*(_pool(column, table) for column in table.columns)).map(list).flatmap(rows)


def _pool(column: Column, table: RowTable) -> st.SearchStrategy[list[Any]]:
    most = 2 if column.name == table.group else 6 if column.name in table.key else 4
    return st.lists(column_values(column), min_size=1, max_size=most)


def _group_choices(table: RowTable) -> list[str]:
    plain = [column for column in table.columns if not (column.optional or isinstance(column.type, ListType))]
    times = [column.name for column in plain if isinstance(column.type, Day | Instant)]
    return [column.name for column in plain] + [f"{period}({name})" for name in times for period in _PERIODS]


def _with_columns(name: str, aggregate: Aggregate, more: bool) -> Aggregate:  # noqa: FBT001  # drawn
    if isinstance(aggregate, MostCommon) and more:
        return MostCommon(aggregate.value, count=f"{name}_count", ties=f"{name}_ties", where=aggregate.where)
    return aggregate


def _is_held(aggregate: Aggregate, table: RowTable) -> bool:
    try:
        aggregate.outputs("a", table.types)
    except ExpressionError as error:
        if "digits" not in str(error):
            raise
        return False
    return True


def _columns_of(table: RowTable, *kinds: type[ColumnType]) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, kinds)]


def _numbers(table: RowTable) -> st.SearchStrategy[str]:
    columns = st.sampled_from([*_columns_of(table, WholeNumber, ExactDecimal), "2", "0.5"])
    return columns | st.builds("{} {} {}".format, columns, st.sampled_from("+-*"), columns)


def _conditions(table: RowTable) -> st.SearchStrategy[str]:
    compare = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    flags = _columns_of(table, Flag)
    leaves = [
        st.builds("{} {} {}".format, _numbers_compared(table), compare, _numbers_compared(table)),
        st.builds("{} is {}None".format, st.sampled_from(_single(table)), st.sampled_from(["", "not "])),
        *([st.sampled_from(flags)] if flags else []),
    ]
    for kind, literals in _LITERALS.items():
        if columns := _columns_of(table, kind):
            sides = st.sampled_from([*columns, *literals])
            leaves.append(st.builds("{} {} {}".format, st.sampled_from(columns), compare, sides))
    leaf = st.one_of(leaves)
    both = st.builds("({} {} {})".format, leaf, st.sampled_from(["and", "or"]), leaf)
    return leaf | both | st.builds("not ({})".format, leaf)


def _numbers_compared(table: RowTable) -> st.SearchStrategy[str]:
    return st.sampled_from([*_columns_of(table, WholeNumber, ExactDecimal), "0", "1.5"])


def _single(table: RowTable) -> list[str]:
    return [column.name for column in table.columns if not isinstance(column.type, ListType)]
