"""From a Row class to its table, or to all that is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from pydantic.fields import FieldInfo

from models.declaration.base_classes import Row
from models.declaration.faults import DeclarationFault
from models.declaration.identifiers import BEGINS_WITH_UNDERSCORE, fault_of_column, fault_of_table
from models.declaration.model import RowTable
from models.declaration.source_places import SourcePlaces
from models.types.annotations import TypeFault, column_of
from models.types.column_types import Column, ListType, TextType

PARTITIONS: Final = range(2, 257)
"""Parts of a table. With more, each statement takes Postgres longer to plan than its rows take."""

Report = Callable[[str | None, str, str], None]
"""Takes a fault: its field, what is wrong, what would be right."""


def checked_rows(row: type[Row], places: SourcePlaces) -> tuple[RowTable, list[DeclarationFault]]:
    """The table that a Row class declares, without the columns at fault, and all that is wrong with it."""
    faults: list[DeclarationFault] = []

    def report(field: str | None, wrong: str, right: str) -> None:
        faults.append(DeclarationFault(places.of(row.__name__, field), wrong, right))

    said = row.__declared__
    columns = tuple(_columns(row, report))
    _check_names(row, report)
    _check_headers(columns, report)
    if fault := fault_of_table(said.table, is_topic=True):
        report("table", *fault)
    table = RowTable(
        said.table, row, columns, said.key, said.group, said.label, said.files or (said.table,), said.partitions
    )
    _check_key(table, report)
    _check_group(table, report)
    _check_label(table, report)
    _check_partitions(said.partitions, report)
    return table, faults


def _columns(row: type[Row], report: Report) -> Iterator[Column]:
    if not row.model_fields:
        report(None, "has no columns", "write a field for each column, such as `name: str`")
    for name, field in row.model_fields.items():
        if fault := fault_of_column(name):
            report(name, *fault)
        try:
            column = column_of(name, field.annotation, tuple(field.metadata))
        except TypeFault as error:
            report(name, str(error), error.right)
            continue
        if field.alias is not None or field.validation_alias is not None:
            report(name, "has an alias", 'name the field as its column is called, or write Annotated[…, Header("…")]')
        if not (field.is_required() or (column.optional and _is_none(field))):
            report(name, f"has the default {field.default!r}", "leave it out; `| None` says that it may be missing")
        yield column


def _check_names(row: type[Row], report: Report) -> None:
    counts = Counter(map(str.casefold, row.model_fields))
    for name in row.model_fields:
        if counts[name.casefold()] > 1:
            report(name, "differs from another column in case only, which a header cannot tell", "use another name")
    for name in row.__private_attributes__:
        report(name, *BEGINS_WITH_UNDERSCORE)
    own, known = dict(row.model_config), dict(Row.model_config)
    if changed := sorted(name for name, value in own.items() if known.get(name) != value):
        report(None, f"sets {', '.join(changed)} of pydantic, by which rows are not read", "leave it out")


def _check_headers(columns: tuple[Column, ...], report: Report) -> None:
    counts = Counter(column.header or column.name.casefold() for column in columns)
    for column in columns:
        if column.header is not None and counts[column.header] > 1:
            report(column.name, f"has the Header {column.header!r}, as another column has", "name each column once")


def _is_none(field: FieldInfo) -> bool:
    return field.default is None and field.default_factory is None


def _check_key(table: RowTable, report: Report) -> None:
    if not table.key:
        report(None, "has no key", f'write key="…" with the column that names a row: {_choices(table)}')
    if len(set(table.key)) < len(table.key):
        report("key", "names a column twice", "name each column of the key once")
    for name in table.key:
        _check_part("key", name, table, report)


def _check_group(table: RowTable, report: Report) -> None:
    if table.group is not None:
        _check_part("group", table.group, table, report)


def _check_part(keyword: str, name: str, table: RowTable, report: Report) -> None:
    """Every row must have a value of it, and just one."""
    column = next((column for column in table.columns if column.name == name), None)
    if column is None:
        if name not in table.definition.model_fields:
            report(keyword, f"names {name!r}, which is not a column", f"use one of {_choices(table)}")
    elif column.optional:
        report(keyword, f"names {name}, which may be None", f"take `| None` off {name}, or use another column")
    elif isinstance(column.type, ListType):
        report(keyword, f"names {name}, which is a list", "use a column with one value")


def _check_label(table: RowTable, report: Report) -> None:
    if table.label is None:
        return
    if table.label not in table.definition.model_fields:
        report("label", f"names {table.label!r}, which is not a column", f"use one of {_choices(table)}")
    elif not isinstance(table.types.get(table.label), TextType | None):
        report("label", f"names {table.label}, which is not a str", "use a column of texts")


def _check_partitions(partitions: object, report: Report) -> None:
    is_number = isinstance(partitions, int) and not isinstance(partitions, bool)
    if partitions is not None and not (is_number and partitions in PARTITIONS):
        wrong = f"is {partitions!r}, into which Postgres cannot well divide a table"
        report("partitions", wrong, f"write a whole number from {PARTITIONS[0]} to {PARTITIONS[-1]}, or leave it out")


def _choices(table: RowTable) -> str:
    return ", ".join(table.definition.model_fields) or "its columns"
