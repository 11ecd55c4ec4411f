"""What the pages answer of one group, one row, one column of features, and of the model."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from streams.web.answers import Answer


class Origin(Answer):
    """Which publication something is from."""

    published_at: datetime
    load: UUID | None = Field(description="null if no load of ours published it")
    file: str | None = Field(description="null if it is not known")
    line: int = Field(description="in the file; the offset in Kafka if no load of ours published it")


class RowOfGroup(Answer):
    """A row, and where its newest publication is from."""

    key: str = Field(description="as in the records of Kafka; `/report/history` takes it")
    values: dict[str, str | None] = Field(description="as texts, long ones cut")
    origin: Origin


class GroupRows(Answer):
    """Rows of a group, the newest publications first."""

    table: str = Field(description="of the rows")
    columns: list[str]
    rows: list[RowOfGroup]
    more: bool = Field(description="whether there are more after these")
    looked_at: int = Field(description="how many rows of the group were sorted")
    is_sample: bool = Field(description="whether the group may have more rows than were sorted")


class RowReject(Answer):
    """A time that the row was rejected."""

    number: int
    state: str
    file: str | None
    line: int | None
    code: str | None
    field: str | None
    value: str | None
    reason: str
    load: UUID | None
    rejected_at: datetime


class RowHistory(Answer):
    """What is known of a row: where it is from, when it was deleted, and the rejects of its key."""

    table: str
    key: str
    row: RowOfGroup | None = Field(description="as it is stored; null: it is not")
    deletion: Origin | None = Field(description="the newest one")
    rejects: list[RowReject] = Field(description="the latest 20, among the newest 100,000 rejects of all rows")


class Bin(Answer):
    """A bin of a histogram: values from `begin` on, below `end`; the last one holds its end too."""

    begin: str
    end: str
    is_single: bool = Field(description="whether `begin` is the only value that it can hold")
    groups: int


class Distribution(Answer):
    """In how many groups a column of numbers has values of which size."""

    table: str
    column: str
    columns: list[str] = Field(description="all of the table that hold numbers")
    groups_looked_at: int = Field(description="those that have a value")
    is_sample: bool = Field(description="whether there are more groups")
    bins: list[Bin]


class DeclaredColumn(Answer):
    """A column of rows."""

    name: str
    type: str = Field(description="in words, with its limits")
    optional: bool
    part_of_key: bool


class DeclaredRows(Answer):
    """A kind of rows."""

    table: str
    key: list[str]
    group: str | None = Field(description="the column by which features are kept")
    label: str | None = Field(description="the column that is read in place of the key")
    files: list[str] = Field(description="names that decide where a header fits two kinds")
    columns: list[DeclaredColumn]


class DeclaredAggregate(Answer):
    """An aggregate."""

    columns: list[str] = Field(description="that it writes")
    of: str = Field(description="what it is, of what, where")
    meaning: str


class DeclaredFeatures(Answer):
    """A feature table."""

    table: str
    of: str = Field(description="the table of rows")
    group: list[str] = Field(description="the columns of its groups, in words")
    aggregates: list[DeclaredAggregate]


class Declaration(Answer):
    """What the model in force declares, in words."""

    model: str
    description: str
    rows: list[DeclaredRows]
    features: list[DeclaredFeatures]
    reports: dict[str, str] = Field(description="views by name, and the query of each")
