"""The statements of the audit: is what is stored what plain SQL computes?"""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    MetaData,
    Select,
    Table,
    and_,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from models.aggregates.plain_sql import GroupedRows
from models.aggregates.totals import StdDev
from models.declaration.model import FeatureTable, Model
from models.expressions.to_sql import text_literal
from models.sql.counters import counters
from models.sql.groups import group_value
from models.sql.names import columns_at, quoted
from models.sql.tables import compiled, feature_table, row_table

STDDEV_TOLERANCE = "1e-12"
"""By how much of itself a standard deviation may differ: its square root is not a number of finitely many digits."""


def compare_features(features: FeatureTable) -> str:
    """The groups whose features are not what plain SQL computes.

    Bind: `$1`, how many are listed. Returns for each, in the order of groups: `group`, `found` and `expected`, each as
    JSON, of which one is NULL if there is no such row; and `wrong`, how many there are in all.
    """
    keys = _keys(features)
    stored = feature_table(features, MetaData())
    found = select(*(stored.columns[name] for name in [*keys, *_outputs(features)])).subquery("_found")
    expected = _expected(features).subquery("_expected")
    groups = [func.coalesce(found.columns[name], expected.columns[name]) for name in keys]
    compared = (
        select(
            func.to_jsonb(groups[0] if len(groups) == 1 else func.jsonb_build_array(*groups)).label("group"),
            literal_column('to_jsonb("_found")').label("found"),
            literal_column('to_jsonb("_expected")').label("expected"),
            func.count().over().label("wrong"),
        )
        .select_from(found.join(expected, _same(keys, found, expected), full=True))
        .where(_differ(features, found, expected))
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


def _expected(features: FeatureTable) -> Select[Any]:
    table = row_table(features.rows, MetaData(), set())
    names, group = columns_at(features.rows, quoted(features.rows.name)), tuple(_group_columns(features, table))
    rows = GroupedRows(table, features.rows.types, names, features.rows.key, group)
    parts = [aggregate.sql(name, rows) for name, aggregate in features.aggregates.items()]
    plain = {name: value for part in parts if part.joined is None for name, value in part.columns.items()}
    totals = (
        select(*rows.group, *(value.label(name) for name, value in plain.items()))
        .select_from(table)
        .group_by(*rows.group)
        .subquery("_totals")
    )
    keys = _keys(features)
    source: FromClause = totals
    columns: dict[str, ColumnElement[Any]] = {name: totals.columns[name] for name in [*keys, *plain]}
    for part in parts:
        if part.joined is not None:
            source = source.outerjoin(part.joined, _same(keys, totals, part.joined))
            columns |= part.columns
    return select(*(columns[name].label(name) for name in [*keys, *_outputs(features)])).select_from(source)


def _group_columns(features: FeatureTable, table: Table) -> list[ColumnElement[Any]]:
    return [literal_column(group_value(group, quoted(table.name))).label(group.name) for group in features.group]


def _same(names: list[str], left: FromClause, right: FromClause) -> ColumnElement[bool]:
    return and_(*(left.columns[name] == right.columns[name] for name in names))


def _differ(features: FeatureTable, found: FromClause, expected: FromClause) -> ColumnElement[bool]:
    near = [name for name, aggregate in features.aggregates.items() if isinstance(aggregate, StdDev)]
    exact = [name for name in [*_keys(features), *_outputs(features)] if name not in near]
    pairs = [(found.columns[name], expected.columns[name]) for name in exact]
    differ = [tuple_(*(pair[0] for pair in pairs)).is_distinct_from(tuple_(*(pair[1] for pair in pairs)))]
    for name in near:
        one, other = found.columns[name], expected.columns[name]
        tolerance = func.abs(other) * literal_column(STDDEV_TOLERANCE)
        differ += [one.is_(None) != other.is_(None), func.abs(one - other) > tolerance]
    return or_(*differ)


def _outputs(features: FeatureTable) -> list[str]:
    return [output.name for output in features.outputs]


def _keys(features: FeatureTable) -> list[str]:
    return [group.name for group in features.group]
