"""What the pages answer that `/` shows: the definition behind /openapi.json."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, RootModel

from streams.web.answers import Answer, ListedLoad


class Servers(Answer):
    """Why a server does not answer; null: it does."""

    kafka: str | None
    postgres: str | None


class Rates(Answer):
    """Rows a second of this worker over the last five minutes."""

    step_seconds: float
    rates: list[float] = Field(description="of each step, the oldest first")


class Partition(Answer):
    """How far Postgres is with a partition."""

    topic: str
    partition: int
    applied: int = Field(description="Postgres holds all records below this offset")
    lag: int | None = Field(description="records left; null: another worker reads it")


class CommonValue(Answer):
    """A value that groups have in a column."""

    value: str
    label: str | None = Field(description="of the row that it names, if there is one")
    groups: int


class Chart(Answer):
    """The values that most groups of a feature table have in a column of MostCommon."""

    table: str
    column: str
    groups_looked_at: int
    is_sample: bool = Field(description="whether there are more groups")
    top: list[CommonValue]


class CodeCount(Answer):
    """How many of the newest 10,000 rejects have a code."""

    code: str
    rejects: int


class State(Answer):
    """The state of the moment."""

    health: Servers
    rows_per_second: float = Field(description="of this worker, over the last ten seconds")
    throughput: Rates
    rows: dict[str, int] | None = Field(description="of each table of the model; null while Postgres does not answer")
    partitions: list[Partition]
    loads: list[ListedLoad] = Field(description="the latest loads, newest first")
    newest_reject: int | None = Field(description="the number of the newest reject")
    charts: list[Chart] | None
    incomplete: dict[str, dict[str, float]] = Field(
        description="by feature table and column that a change of the model is still filling: the share of the groups "
        "that have it; until all have, a value is null or right"
    )
    reject_codes: list[CodeCount] | None


class ReportColumn(Answer):
    """A column of a feature table."""

    name: str
    kind: Literal["id", "number", "text", "moment", "list"]
    is_group: bool = Field(description="whether it is one of those that name a group")
    is_labelled: bool = Field(description="whether its values name rows that have a label")


class ReportedGroup(Answer):
    """One group; numbers are text, as they may be larger than those of JavaScript."""

    key: str = Field(description="as in the records of Kafka; `/report/rows` takes it")
    values: dict[str, str | bool | list[str] | None]
    labels: dict[str, str | None] = Field(description="of the rows that values of labelled columns name")


class Report(Answer):
    """A page of the groups of a feature table."""

    table: str
    tables: list[str] = Field(description="all feature tables")
    columns: list[ReportColumn] = Field(description="first those of the group")
    groups: list[ReportedGroup]
    more: bool = Field(description="whether there are more after these")
    with_rows_only: bool = Field(description="whether groups without rows are left out: there are too many to sort")


class ListedReject(Answer):
    """A row that was not stored, or was not at first."""

    number: int
    state: Literal["open", "resolved"]
    file: str | None
    line: int | None
    topic: str | None
    partition: int | None
    offset: int | None
    code: str | None
    field: str | None
    value: str | None
    reason: str
    rejected_at: datetime


class RejectList(Answer):
    """A page of rejects, the latest first."""

    rejects: list[ListedReject]
    more: bool = Field(description="whether there are older ones")


class Archive(RootModel[bytes]):
    """The files that `ingest rejects export` writes."""
