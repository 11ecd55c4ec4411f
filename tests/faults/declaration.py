"""What the laboratory declares: rows and features as data, and the text of the model file that says the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.faults.column_kinds import Kind, UnreadableError
from tests.faults.number_kinds import Exact, Whole
from tests.faults.text_kinds import Listed, Text
from tests.faults.time_kinds import Day
from tests.feature_oracle import Aggregation, FeatureColumns

Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Column:
    """A column of rows."""

    name: str
    kind: Kind
    optional: bool = False

    def read(self, members: Mapping[str, Any]) -> Any:  # noqa: ANN401  # of any type
        """The column's value in a JSON object.

        Raises:
            UnreadableError: it has none.
        """
        value = members.get(self.name)
        if value is None or (value == "" and isinstance(self.kind, Text)):
            if self.optional:
                return None
            raise UnreadableError
        return self.kind.read(value)


@dataclass(frozen=True)
class RowTable:
    """Rows, their topic and their kind of file."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    group: str | None = None
    parts: int | None = None
    """Into how many parts Postgres divides it; None: it is whole."""

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def deletion_mark(self) -> str:
        """The member that says that a record deletes."""
        mark = "deleted"
        while mark in self.by_name:
            mark += "_"
        return mark

    def key_of(self, row: Mapping[str, Any]) -> Key:
        return tuple(row[name] for name in self.key)


@dataclass(frozen=True)
class FeatureTable:
    """Features of rows."""

    name: str
    of: RowTable
    said: FeatureColumns

    @cached_property
    def group(self) -> list[str]:
        """The columns of a group."""
        return [name if period is None else f"{name}_{period}" for name, period in self.said.group]


@dataclass(frozen=True)
class Declaration:
    """A model.

    Attributes:
        tables: the first is the one that most of a history is about; it has a group.
        module: where it is declared already.
    """

    tables: tuple[RowTable, ...]
    features: tuple[FeatureTable, ...]
    module: str | None = None

    @property
    def topics(self) -> tuple[str, ...]:
        """Those that the worker makes tables of."""
        return (*(table.name for table in self.tables), "rejects")

    def source(self) -> str:
        """The text of the model file."""
        return "\n".join(['"""Drawn by the fault laboratory."""\n\nfrom models.declare import *\n', *self._classes()])

    def __str__(self) -> str:
        return self.module or f"{len(self.tables)} tables of rows, {len(self.features)} of features"

    def _classes(self) -> Iterator[str]:
        for table in self.tables:
            given = {"table": table.name, "key": table.key, "group": table.group, "partitions": table.parts}
            keywords = ", ".join(f"{name}={value!r}" for name, value in given.items() if value is not None)
            yield f"\nclass Of_{table.name}(Row, {keywords}):"
            for column in table.columns:
                yield f"    {column.name}: {column.kind.annotation}{' | None' if column.optional else ''}"
            yield ""
        for features in self.features:
            by = tuple(name if period is None else f"{period}({name})" for name, period in features.said.group)
            keywords = f"table={features.name!r}, of=Of_{features.of.name}, by={by!r}"
            yield f"\nclass Of_{features.name}(Features, {keywords}):"
            for name, each in features.said.aggregates.items():
                yield f"    {name} = {_call(each)}"
            yield ""


def _call(said: Aggregation) -> str:
    given = [] if said.value is None else [repr(said.value)]
    names = ("by", "where", "count", "ties")
    given += [f"{name}={getattr(said, name)!r}" for name in names if getattr(said, name) is not None]
    return f"{said.kind}({', '.join(given)})"


def _lab() -> Declaration:
    """models/lab.py, written once more."""
    number, text = Whole("Id"), Text()
    users = RowTable(
        "users",
        (
            Column("user_id", number),
            Column("name", text),
            Column("email", text, optional=True),
            Column("signup_date", Day()),
        ),
        ("user_id",),
    )
    compounds = RowTable(
        "compounds",
        (
            Column("compound_id", number),
            Column("compound_name", text),
            Column("compound_structure", text, optional=True),
        ),
        ("compound_id",),
    )
    listed, run_time = "experiment_compound_ids", "experiment_run_time"
    experiments = RowTable(
        "experiments",
        (
            Column("experiment_id", number),
            Column("user_id", number),
            Column(listed, Listed(number, ";", 20_000)),
            Column(run_time, Exact(15, 3, ge=0)),
        ),
        ("experiment_id",),
        "user_id",
    )
    aggregates = {
        "total_experiments": Aggregation("Count"),
        "total_run_time": Aggregation("Sum", run_time),
        "average_run_time": Aggregation("Mean", run_time),
        "total_compounds": Aggregation("CountItems", listed),
        "top_compound_id": Aggregation("MostCommon", listed, count="top_compound_count", ties="tied_compound_ids"),
    }
    said = FeatureColumns(experiments.key, (("user_id", None),), aggregates)
    features = FeatureTable("user_features", experiments, said)
    return Declaration((experiments, users, compounds), (features,), "models.lab")


LAB = _lab()
