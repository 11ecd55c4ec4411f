"""From a Features class to its table, or to all that is wrong with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from models.aggregates.aggregate import Aggregate, OutputColumn
from models.declaration.base_classes import Features, Row
from models.declaration.faults import DeclarationFault
from models.declaration.identifiers import ENGINE_FEATURE_COLUMNS, fault_of_column, fault_of_table
from models.declaration.model import FeatureTable, GroupColumn, Period, RowTable
from models.declaration.row_checks import Report
from models.declaration.source_places import SourcePlaces
from models.expressions.value_types import ExpressionError
from models.types.column_types import Column, Day, Instant, ListType

_PERIOD = re.compile(r"\s*(\w+)\s*\(\s*(\w+)\s*\)\s*")


def checked_features(
    features: type[Features], rows: Mapping[type[Row], RowTable], places: SourcePlaces
) -> tuple[FeatureTable | None, list[DeclarationFault]]:
    """The table that a Features class declares, None if its rows are not known, and all that is wrong with it."""
    faults: list[DeclarationFault] = []

    def report(field: str | None, wrong: str, right: str) -> None:
        faults.append(DeclarationFault(places.of(features.__name__, field), wrong, right))

    said = features.__declared__
    if fault := fault_of_table(said.table, is_topic=False):
        report("table", *fault)
    table = rows.get(said.of) if said.of is not None else None
    if table is None:
        report("of", "does not name a Row of this file", "write of=… with the class of the rows that count")
        return None, faults
    group = tuple(_group(said.by, table, report))
    aggregates = {name: value for name, value in vars(features).items() if isinstance(value, Aggregate)}
    if not aggregates:
        report(None, "has no aggregates", "write one such as `rows = Count()`")
    outputs = tuple(_outputs(aggregates, table, report))
    _check_names([column.name for column in group], [column.name for column in outputs], report)
    return FeatureTable(said.table, table, group, aggregates, outputs), faults


def _group(by: tuple[str, ...], table: RowTable, report: Report) -> Iterator[GroupColumn]:
    if table.group is None:
        report("of", f"names {table.definition.__name__}, which has no group", 'write group="…" there')
    elif by and by[0] != table.group:
        report("by", f"begins with {by[0]!r}", f"begin with the group of its rows, {table.group!r}")
    for text in by or ([table.group] if table.group is not None else []):
        column = _group_column(text, table, report)
        if column is not None:
            yield column


def _group_column(text: str, table: RowTable, report: Report) -> GroupColumn | None:
    match = _PERIOD.fullmatch(text)
    period = None if match is None else match[1]
    name = text if match is None else match[2]
    column = next((column for column in table.columns if column.name == name), None)
    if column is None:
        if name not in table.definition.model_fields:
            report("by", f"has {text!r}, which is not a column", f"use one of {', '.join(table.types)}")
        return None
    if column.optional or isinstance(column.type, ListType):
        what = "may be None" if column.optional else "is a list"
        report("by", f"has {name}, which {what}", "use a column of which each row has one value")
    if period is None:
        return GroupColumn(name, column)
    return _period_column(period, column, report)


def _period_column(period: str, column: Column, report: Report) -> GroupColumn | None:
    if period not in {*Period}:
        report("by", f"has {period}({column.name})", f"use {', '.join(Period)} of a date or datetime")
        return None
    if not isinstance(column.type, Day | Instant):
        report("by", f"has the {period} of {column.name}, which is a {column.type.name}", "use a date or datetime")
    return GroupColumn(f"{column.name}_{period}", column, Period(period))


def _outputs(aggregates: Mapping[str, Aggregate], table: RowTable, report: Report) -> Iterator[OutputColumn]:
    for name, aggregate in aggregates.items():
        try:
            yield from aggregate.outputs(name, table.types)
        except ExpressionError as error:
            # A column that is at fault itself is reported once, where it is declared.
            if error.unknown not in table.definition.model_fields:
                report(name, str(error), "docs/models.md has what each aggregate takes")


def _check_names(groups: list[str], outputs: list[str], report: Callable[[str | None, str, str], None]) -> None:
    for name, count in Counter([*groups, *outputs]).items():
        field = name if name in outputs else "by"
        if count > 1:
            report(field, f"makes the column {name} twice", "give each column a name of its own")
        if name in ENGINE_FEATURE_COLUMNS:
            report(field, f"makes a column {name}, which each feature table has for itself", "use another name")
        if fault := fault_of_column(name):
            report(field, *fault)
