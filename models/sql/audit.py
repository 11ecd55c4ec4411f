"""The statements of the audit: is what is stored what plain SQL computes?"""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    MetaData,
    Select,
    and_,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from models.aggregates.plain_sql import GroupedRows
from models.declaration.model import FeatureTable, Model
from models.expressions.to_sql import text_literal
from models.sql.counters import counters
from models.sql.groups import group_value
from models.sql.names import columns_at, quoted
from models.sql.tables import compiled, feature_table, row_table


def compare_features(features: FeatureTable, incomplete: Collection[str] = ()) -> str:
    """The groups whose features are not what plain SQL computes.

    Args:
        features: the feature table.
        incomplete: those of its columns that are being filled: there, NULL is right too.

    Bind: `$1`, how many are listed. Returns for each, in the order of groups: `group`, `found` and `expected`, each as
    JSON, of which one is NULL if there is no such row; and `wrong`, how many there are in all.
    """
    keys = _keys(features)
    stored = feature_table(features, MetaData())
    found = select(*(stored.columns[name] for name in [*keys, *_outputs(features)])).subquery("_found")
    expected = expected_features(features).subquery("_expected")
    groups = [func.coalesce(found.columns[name], expected.columns[name]) for name in keys]
    compared = (
        select(
            func.to_jsonb(groups[0] if len(groups) == 1 else func.jsonb_build_array(*groups)).label("group"),
            literal_column('to_jsonb("_found")').label("found"),
            literal_column('to_jsonb("_expected")').label("expected"),
            func.count().over().label("wrong"),
        )
        .select_from(found.join(expected, _same(keys, found, expected), full=True))
        .where(_differ(features, found, expected, incomplete))
        .order_by(*groups)
        .limit(literal_column("$1::bigint"))
    )
    return f'SELECT "group"::text, found::text, expected::text, wrong FROM ({compiled(compared)}) AS _compared'


def compare_counters(model: Model) -> str:
    """Each table's `name`, the `counter` that is kept of its rows, and how many are `counted`."""
    values = ", ".join(
        f"({text_literal(name)}, {counter}, (SELECT count(*) FROM {quoted(name)}))"
        for name, counter in counters(model).items()
    )
    return f"SELECT name, counter, counted FROM (VALUES {values}) AS counters (name, counter, counted)"


def expected_features(
    features: FeatureTable, columns: Collection[str] | None = None, between: tuple[str, str] | None = None
) -> Select[Any]:
    """What plain SQL computes: the group and the outputs, of groups that have rows.

    Args:
        features: the feature table.
        columns: those of its outputs that are wanted, with others of the same aggregates; None: all.
        between: only rows whose group, the first column of it, lies between these two, in SQL.
    """
    stored = row_table(features.rows, MetaData(), set())
    table: FromClause = stored
    if between is not None:
        group = stored.columns[features.group[0].column.name]
        chosen = group.between(literal_column(between[0], group.type), literal_column(between[1], group.type))
        # By the same name, by which the parts know it.
        table = select(stored).where(chosen).subquery(stored.name)
    names = columns_at(features.rows, quoted(features.rows.name))
    rows = GroupedRows(table, features.rows.types, names, features.rows.key, tuple(_group_columns(features)))
    all_parts = [aggregate.sql(name, rows) for name, aggregate in features.aggregates.items()]
    parts = [part for part in all_parts if columns is None or not part.columns.keys().isdisjoint(columns)]
    plain = {name: value for part in parts if part.joined is None for name, value in part.columns.items()}
    totals = (
        select(*rows.group, *(value.label(name) for name, value in plain.items()))
        .select_from(table)
        .group_by(*rows.group)
        .subquery("_totals")
    )
    keys = _keys(features)
    source: FromClause = totals
    found: dict[str, ColumnElement[Any]] = {name: totals.columns[name] for name in [*keys, *plain]}
    for part in parts:
        if part.joined is not None:
            source = source.outerjoin(part.joined, _same(keys, totals, part.joined))
            found |= part.columns
    outputs = [name for name in _outputs(features) if name in found]
    return select(*(found[name].label(name) for name in [*keys, *outputs])).select_from(source)


def _group_columns(features: FeatureTable) -> list[ColumnElement[Any]]:
    table = quoted(features.rows.name)
    return [literal_column(group_value(group, table)).label(group.name) for group in features.group]


def _same(names: list[str], left: FromClause, right: FromClause) -> ColumnElement[bool]:
    return and_(*(left.columns[name] == right.columns[name] for name in names))


def _differ(
    features: FeatureTable, found: FromClause, expected: FromClause, incomplete: Collection[str]
) -> ColumnElement[bool]:
    whole = [name for name in [*_keys(features), *_outputs(features)] if name not in incomplete]
    filled = [and_(found.columns[name].is_not(None), _distinct([name], found, expected)) for name in incomplete]
    return or_(_distinct(whole, found, expected), *filled)


def _distinct(names: list[str], found: FromClause, expected: FromClause) -> ColumnElement[bool]:
    one, other = (tuple_(*(of.columns[name] for name in names)) for of in (found, expected))
    return one.is_distinct_from(other)


def _outputs(features: FeatureTable) -> list[str]:
    return [output.name for output in features.outputs]


def _keys(features: FeatureTable) -> list[str]:
    return [group.name for group in features.group]
