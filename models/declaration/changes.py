"""What differs between two declarations, and which of it a database of the first can be altered for.

Pure: both are given as JSON (`models.declaration.as_json`). `models.sql.alterations` has the statements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from models.declaration.as_json import Declared
from models.declaration.limits import is_looser

_PUBLICATION: Final = ("published_at", "load_id", "line")
"""Columns that each table of rows has beside its own, with underscores behind where a declared one has the name."""
_OF_LIMITS: Final = frozenset({"ge", "gt", "le", "lt", "min_length", "max_length", "pattern"})
_OF_FILES: Final = frozenset({"separator"})
"""Members of a column that only say how it stands in a file."""

RENAME_ROWS: Final = (
    'give the table of rows another name (table="…"), apply that, and load the files again: what Kafka holds was '
    "written by the declaration before"
)
REBUILD: Final = (
    "stop the workers and rebuild from the log with this model (ingest rebuild); rows that do not fit it are rejected"
)
DIVIDE: Final = (
    "stop the workers and rebuild from the log with this model (ingest rebuild): the table is made again, divided so"
)
RENAME_FEATURES: Final = (
    'give the feature table another name (table="…") and apply that: it is filled from the stored rows'
)
RENAME_COLUMN: Final = "give the column another name: the table has one of that name for itself"


class Kind(Enum):
    """What is done for a change."""

    REFUSED = "refused"
    NOTHING = "nothing to alter"
    NEW_ROWS = "makes the table and the topic"
    GONE_ROWS = "drops the table with its rows; Kafka keeps them, and they are read again if the class comes back"
    NEW_COLUMN = "adds the column; it is NULL in the rows that are stored"
    GONE_COLUMN = "drops the column with its values"
    OPTIONAL_NOW = "lets the column be NULL"
    NEW_FEATURES = "makes the table and fills it from the stored rows"
    GONE_FEATURES = "drops the table"
    REPLACED_FEATURES = "drops the table, makes it again and fills it from the stored rows"
    NEW_AGGREGATE = "adds its columns and fills them from the stored rows"
    GONE_AGGREGATE = "drops its columns"
    REPLACED_AGGREGATE = "drops its columns, adds them again and fills them from the stored rows"
    REPORTS = "makes the view again"

    @property
    def loses_rows(self) -> bool:
        """Whether what it drops does not follow from what is left in Postgres."""
        return self in {Kind.GONE_ROWS, Kind.GONE_COLUMN}


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        kind: what is done for it.
        table: of the declaration, or a report.
        name: the column or aggregate; empty: it is about the whole table.
        what: the difference in words, which follow on the name.
        instead: of what is refused: what to do.
    """

    kind: Kind
    table: str
    name: str
    what: str
    instead: str = ""

    @property
    def place(self) -> str:
        """What differs, by its name."""
        return f"{self.table}.{self.name}" if self.name else self.table

    @property
    def effect(self) -> str:
        """What is done for it, or what to do instead."""
        return self.instead or self.kind.value


def changes_between(before: Declared, after: Declared) -> list[Change]:
    """All differences, in the order of the second declaration; what is gone comes first."""
    return [
        *_of_rows(_by_name(before, "rows"), _by_name(after, "rows")),
        *_of_features(_by_name(before, "features"), _by_name(after, "features")),
        *_of_reports(before.get("reports", {}), after.get("reports", {})),
    ]


def _by_name(declared: Declared, member: str) -> dict[str, Declared]:
    return {each.get("table") or each["name"]: each for each in declared.get(member, [])}


def _missing(named: Mapping[str, object], others: Mapping[str, object]) -> list[str]:
    """The names that are not among the others."""
    return [name for name in named if name not in others]


def _of_rows(before: dict[str, Declared], after: dict[str, Declared]) -> Iterator[Change]:
    for name in _missing(before, after):
        yield Change(Kind.GONE_ROWS, name, "", "is gone")
    for name, rows in after.items():
        if name not in before:
            yield Change(Kind.NEW_ROWS, name, "", "is new")
        else:
            yield from _of_table(name, before[name], rows)


def _of_table(name: str, before: Declared, after: Declared) -> Iterator[Change]:
    for member in ("key", "group"):
        if before.get(member) != after.get(member):
            what = f"the {member} was {_said(before.get(member))} and is {_said(after.get(member))}"
            yield Change(Kind.REFUSED, name, "", what, RENAME_ROWS)
    if before.get("partitions") != after.get("partitions"):
        what = f"partitions: was {_said(before.get('partitions'))} and is {_said(after.get('partitions'))}"
        yield Change(Kind.REFUSED, name, "", what, DIVIDE)
    for member in ("label", "files"):
        if before.get(member) != after.get(member):
            what = f"{member}: was {_said(before.get(member))} and is {_said(after.get(member))}"
            yield Change(Kind.NOTHING, name, "", what)
    own, other = set(before.get("validators", [])), set(after.get("validators", []))
    if own != other:
        kind = Kind.NOTHING if other < own else Kind.REFUSED
        what = f"functions that decide: were {_said(sorted(own))} and are {_said(sorted(other))}"
        yield Change(kind, name, "", what, "" if other < own else REBUILD)
    yield from _of_columns(name, _by_name(before, "columns"), _by_name(after, "columns"))


def _of_columns(table: str, before: dict[str, Declared], after: dict[str, Declared]) -> Iterator[Change]:
    for name in [*_missing(before, after), *_missing(after, before)]:
        is_new = name in after
        if name.rstrip("_") in _PUBLICATION:
            yield Change(Kind.REFUSED, table, name, "is new" if is_new else "is gone", RENAME_COLUMN)
        elif not is_new:
            yield Change(Kind.GONE_COLUMN, table, name, "is gone")
        elif after[name].get("optional"):
            yield Change(Kind.NEW_COLUMN, table, name, "is new")
        else:
            instead = f"write `| None`, so that it may be NULL in rows that are stored; or {RENAME_ROWS}"
            yield Change(Kind.REFUSED, table, name, "is new and must be there", instead)
    for name, column in after.items():
        if name in before and before[name] != column:
            yield from _of_column(table, name, before[name], column)


def _of_column(table: str, name: str, before: Declared, after: Declared) -> Iterator[Change]:
    own, other = _type_of(before), _type_of(after)
    if own != other:
        yield Change(
            Kind.REFUSED,
            table,
            name,
            f"the type was {own} and is {other}",
            f"{RENAME_ROWS}; or, if what Kafka holds is of the new type too, {REBUILD}",
        )
        return
    if before.get("optional", False) != after.get("optional", False):
        if after.get("optional"):
            yield Change(Kind.OPTIONAL_NOW, table, name, "may be NULL now")
        else:
            yield Change(Kind.REFUSED, table, name, "must be there now", REBUILD)
    if {member: before.get(member) for member in _OF_LIMITS} != {member: after.get(member) for member in _OF_LIMITS}:
        if is_looser(before, after):
            yield Change(Kind.NOTHING, table, name, "the limits are wider")
        else:
            yield Change(Kind.REFUSED, table, name, "the limits are narrower, or not comparable", REBUILD)
    if any(before.get(member) != after.get(member) for member in _OF_FILES):
        yield Change(Kind.NOTHING, table, name, "stands in files in another way")


def _type_of(column: Declared) -> str:
    """The type, with what belongs to it: digits, and the type of items."""
    limits = [str(column[member]) for member in ("max_digits", "decimal_places") if member in column]
    return f"{column['type']}({', '.join(limits)})" if limits else f"{column['type']}{_said_item(column.get('item'))}"


def _said_item(item: Declared | None) -> str:
    return "" if item is None else "[" + ", ".join(str(value) for value in item.values()) + "]"


def _of_features(before: dict[str, Declared], after: dict[str, Declared]) -> Iterator[Change]:
    for name in _missing(before, after):
        yield Change(Kind.GONE_FEATURES, name, "", "is gone")
    for name, features in after.items():
        if name not in before:
            yield Change(Kind.NEW_FEATURES, name, "", "is new")
        elif before[name]["group"] != features["group"]:
            was, now = (_said([each["name"] for each in of["group"]]) for of in (before[name], features))
            yield Change(Kind.REFUSED, name, "", f"the group was {was} and is {now}", RENAME_FEATURES)
        elif before[name]["of"] != features["of"]:
            yield Change(Kind.REPLACED_FEATURES, name, "", f"was of {before[name]['of']} and is of {features['of']}")
        else:
            yield from _of_aggregates(name, _by_name(before[name], "aggregates"), _by_name(features, "aggregates"))


def _of_aggregates(table: str, before: dict[str, Declared], after: dict[str, Declared]) -> Iterator[Change]:
    for name in _missing(before, after):
        yield Change(Kind.GONE_AGGREGATE, table, name, "is gone")
    for name, aggregate in after.items():
        if name not in before:
            yield Change(Kind.NEW_AGGREGATE, table, name, f"is new: {_call(aggregate)}")
        elif before[name] != aggregate:
            what = f"was {_call(before[name])} and is {_call(aggregate)}"
            yield Change(Kind.REPLACED_AGGREGATE, table, name, what)


def _of_reports(before: dict[str, str], after: dict[str, str]) -> Iterator[Change]:
    for name in [*_missing(before, after), *after]:
        if before.get(name) != after.get(name):
            what = "is gone" if name not in after else "is another query" if name in before else "is new"
            yield Change(Kind.REPORTS, name, "", what)


def _call(aggregate: Declared) -> str:
    """An aggregate about as it is written."""
    values = [repr(aggregate[name]) for name in ("value", "column") if name in aggregate]
    others = aggregate.keys() - {"name", "kind", "columns", "value", "column"}
    return f"{aggregate['kind']}({', '.join([*values, *(f'{name}={aggregate[name]!r}' for name in sorted(others))])})"


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
