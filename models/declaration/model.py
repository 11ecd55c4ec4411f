"""A declaration as plain values. Everything else follows from these, and never from the classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Not else: what only passes a model on needs none of the libraries that it is made with.
    from models.aggregates.aggregate import Aggregate, OutputColumn
    from models.declaration.base_classes import Row
    from models.types.column_types import Column, ColumnType


@dataclass(frozen=True)
class RowTable:
    """The rows of one kind of file, topic and table.

    Attributes:
        name: of the table, the topic and the kind of file.
        definition: the pydantic model that decides what a row is.
        key: the columns that name a row.
        group: the column by which features are kept; None: no features are kept of these rows.
        label: the column that people read in place of the key.
        file_names: without suffix; they decide where a header fits two kinds.
        partitions: into how many parts the table in Postgres is divided, by a hash of the key; None: into none.
    """

    name: str
    definition: type[Row]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    group: str | None
    label: str | None
    file_names: tuple[str, ...]
    partitions: int | None = None

    @cached_property
    def types(self) -> Mapping[str, ColumnType]:
        """The type of each column by its name."""
        return {column.name: column.type for column in self.columns}

    @property
    def has_validators(self) -> bool:
        """Whether functions of its own decide what a row is, beside types and limits."""
        own = self.definition.__pydantic_decorators__
        return bool(own.validators or own.field_validators or own.root_validators or own.model_validators)

    @property
    def partitioned_by(self) -> tuple[str, ...]:
        """The columns that decide a row's partition in Kafka."""
        return self.key if self.group is None else (self.group,)


class Period(StrEnum):
    """A part of the calendar, in UTC, that a date or datetime falls into."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class GroupColumn:
    """A column of a group: that of the rows, or the first day of its period."""

    name: str
    column: Column
    period: Period | None = None

    @property
    def type(self) -> ColumnType:
        """Of its values."""
        from models.types.column_types import Day  # noqa: PLC0415  # what only passes a model on needs no Arrow

        return self.column.type if self.period is None else Day()


@dataclass(frozen=True)
class FeatureTable:
    """A feature table: its groups, its aggregates by name, and the columns that these write."""

    name: str
    rows: RowTable
    group: tuple[GroupColumn, ...]
    aggregates: Mapping[str, Aggregate]
    outputs: tuple[OutputColumn, ...]


@dataclass(frozen=True)
class Model:
    """All that a model file declares, in its order. `name` is that of the file or module, for people."""

    name: str
    description: str
    rows: tuple[RowTable, ...]
    features: tuple[FeatureTable, ...]
    reports: Mapping[str, str] = field(default_factory=dict)
    """Views by name: the query of each, over the tables of the model."""

    def rows_named(self, name: str) -> RowTable:
        """The table of rows of that name, which there must be."""
        [found] = [table for table in self.rows if table.name == name]
        return found

    def features_named(self, name: str) -> FeatureTable:
        """The feature table of that name, which there must be."""
        [found] = [table for table in self.features if table.name == name]
        return found
