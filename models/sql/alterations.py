"""The statements that alter a database from the model in force to another one, for changes that are not refused.

To be run in one transaction while no worker's runs. New columns of features are NULL until they are filled
(`models.sql.fill`), so they may be NULL until then.
"""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from models.declaration.as_json import Declared
from models.declaration.changes import Change, Kind
from models.declaration.model import FeatureTable, Model
from models.expressions.to_sql import text_literal
from models.sql.groups import group_value
from models.sql.names import VERSION, listed, quoted
from models.sql.stored_columns import may_be_null
from models.sql.tables import created, model_tables
from models.sql.views import view_statements
from models.states.feature_states import FeatureStates


def alterations(before: Declared, model: Model, changes: Sequence[Change], version: int) -> list[str]:
    """All statements, in order.

    Args:
        before: the model in force.
        model: the new one.
        changes: from one to the other, none of them refused.
        version: of a feature row that no worker knows the state of.
    """
    by_kind: defaultdict[Kind, list[Change]] = defaultdict(list)
    for change in changes:
        by_kind[change.kind].append(change)
    return [
        *_drop_views([*before.get("reports", {}), *model.reports]),
        *_drop(before, by_kind),
        *_alter_rows(model, by_kind, version),
        *_make_rows(model, by_kind),
        *_make_features(model, by_kind, version),
        *view_statements(model),
    ]


def replacements(before: Declared, model: Model) -> list[str]:
    """The statements that make all tables of another model in place of those of the one in force, empty."""
    tables = [each["table"] for member in ("features", "rows") for each in before.get(member, [])]
    return [
        *_drop_views([*before.get("reports", {}), *model.reports]),
        *(f"DROP TABLE IF EXISTS {quoted(name)}" for name in tables),
        *(statement for table in model_tables(model).sorted_tables for statement in created(table)),
        *view_statements(model),
    ]


def _drop_views(reports: Sequence[str]) -> list[str]:
    return [f"DROP VIEW IF EXISTS {quoted(name)}" for name in dict.fromkeys(["reject_report", *reports])]


def _drop(before: Declared, by_kind: defaultdict[Kind, list[Change]]) -> Iterator[str]:
    """What goes; first of all feature tables, which read rows."""
    for change in by_kind[Kind.GONE_FEATURES] + by_kind[Kind.REPLACED_FEATURES]:
        yield f"DROP TABLE {quoted(change.table)}"
        yield f"UPDATE stream_offsets SET feature_rows = feature_rows - {text_literal(change.table)}"
        yield f"DELETE FROM model_fills WHERE feature_table = {text_literal(change.table)}"
    for change in by_kind[Kind.GONE_AGGREGATE] + by_kind[Kind.REPLACED_AGGREGATE]:
        [features] = [each for each in before["features"] if each["table"] == change.table]
        [aggregate] = [each for each in features["aggregates"] if each["name"] == change.name]
        for column in aggregate["columns"]:
            yield f"ALTER TABLE {quoted(change.table)} DROP COLUMN {quoted(column)}"
            yield (
                f"UPDATE model_fills SET columns = array_remove(columns, {text_literal(column)})"
                f" WHERE feature_table = {text_literal(change.table)}"
            )
    for change in by_kind[Kind.GONE_COLUMN]:
        yield f"ALTER TABLE {quoted(change.table)} DROP COLUMN {quoted(change.name)}"
    for change in by_kind[Kind.GONE_ROWS]:
        # Where its topic was read up to stays, so that loads of it count as applied.
        topic = text_literal(change.table)
        yield f"DROP TABLE {quoted(change.table)}"
        yield f"UPDATE stream_offsets SET row_count = 0, feature_rows = '{{}}' WHERE topic = {topic}"


def _alter_rows(model: Model, by_kind: defaultdict[Kind, list[Change]], version: int) -> Iterator[str]:
    for change in by_kind[Kind.NEW_COLUMN]:
        rows = model.rows_named(change.table)
        kind = rows.types[change.name].postgres
        yield f"ALTER TABLE {quoted(change.table)} ADD COLUMN {quoted(change.name)} {kind}"
    for change in by_kind[Kind.OPTIONAL_NOW]:
        yield f"ALTER TABLE {quoted(change.table)} ALTER COLUMN {quoted(change.name)} DROP NOT NULL"
    fresh = {change.table for kind in (Kind.NEW_FEATURES, Kind.REPLACED_FEATURES) for change in by_kind[kind]}
    for features in model.features:
        if features.name in fresh:
            continue
        new = {change.name for change in by_kind[Kind.NEW_COLUMN] if change.table == features.rows.name}
        if not new.isdisjoint(FeatureStates(features).columns):
            # A state may be known of a time when a column of this name had values.
            yield f"UPDATE {quoted(features.name)} SET {quoted(VERSION)} = {version}"


def _make_rows(model: Model, by_kind: defaultdict[Kind, list[Change]]) -> Iterator[str]:
    tables = {table.name: table for table in model_tables(model).tables.values()}
    for change in by_kind[Kind.NEW_ROWS]:
        yield from created(tables[change.table])
        # What was read of the topic for a table that is gone is read again.
        topic = text_literal(change.table)
        yield f"UPDATE stream_offsets SET next_offset = 0 WHERE topic = {topic}"
        yield f"DELETE FROM deletions WHERE topic = {topic}"


def _make_features(model: Model, by_kind: defaultdict[Kind, list[Change]], version: int) -> Iterator[str]:
    tables = {table.name: table for table in model_tables(model).tables.values()}
    fresh = {change.table for kind in (Kind.NEW_FEATURES, Kind.REPLACED_FEATURES) for change in by_kind[kind]}
    for features in model.features:
        if features.name in fresh:
            columns = [output.name for output in features.outputs]
            yield from created(tables[features.name])
            yield from _let_be_null(features.name, columns)
            yield from _all_groups(features, version)
            yield _begin_fill(features, columns)
        else:
            added = [
                output
                for kind in (Kind.NEW_AGGREGATE, Kind.REPLACED_AGGREGATE)
                for change in by_kind[kind]
                if change.table == features.name
                for output in features.aggregates[change.name].outputs(change.name, features.rows.types)
            ]
            for output in added:
                column = f"{quoted(output.name)} {output.type.postgres}"
                yield f"ALTER TABLE {quoted(features.name)} ADD COLUMN {column}"
            if added:
                yield _begin_fill(features, [output.name for output in added])
            if any(change.table == features.rows.name for change in by_kind[Kind.OPTIONAL_NOW]):
                optional = [output.name for output in features.outputs if may_be_null(output, features)]
                yield from _let_be_null(features.name, optional)


def _all_groups(features: FeatureTable, version: int) -> Iterator[str]:
    """A row for each group that has rows, so that no worker takes the group for a new one; and their number."""
    keys = [group.name for group in features.group]
    values = ", ".join(group_value(group, "r") for group in features.group)
    table, name = quoted(features.name), text_literal(features.name)
    yield (
        f"INSERT INTO {table} ({listed([*keys, VERSION])})"
        f" SELECT DISTINCT {values}, {version} FROM {quoted(features.rows.name)} AS r"
    )
    topic = text_literal(features.rows.name)
    yield (
        "UPDATE stream_offsets"
        f" SET feature_rows = jsonb_set(feature_rows, ARRAY[{name}], to_jsonb((SELECT count(*) FROM {table})))"
        f" WHERE topic = {topic}"
        f" AND partition = (SELECT min(partition) FROM stream_offsets WHERE topic = {topic})"
    )


def _begin_fill(features: FeatureTable, columns: Sequence[str]) -> str:
    names = ", ".join(map(text_literal, columns))
    return (
        "INSERT INTO model_fills (feature_table, columns, groups)"
        f" SELECT {text_literal(features.name)}, ARRAY[{names}]::text[], count(*) FROM {quoted(features.name)}"
    )


def _let_be_null(table: str, columns: Sequence[str]) -> list[str]:
    return [f"ALTER TABLE {quoted(table)} ALTER COLUMN {quoted(name)} DROP NOT NULL" for name in columns]
