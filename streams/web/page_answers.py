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


class Rows(Answer):
    """How many rows there are."""

    users: int
    compounds: int
    experiments: int
    active_users: int = Field(description="users that have experiments")


class Partition(Answer):
    """How far Postgres is with a partition."""

    topic: str
    partition: int
    applied: int = Field(description="Postgres holds all records below this offset")
    lag: int | None = Field(description="records left; null: another worker reads it")


class TopCompound(Answer):
    """A compound that is the most often listed one of some users."""

    compound_id: str
    name: str | None
    users: int


class TopCompounds(Answer):
    """The compounds that are the top compound of most users."""

    users_looked_at: int
    is_sample: bool = Field(description="whether there are more users")
    top: list[TopCompound]


class State(Answer):
    """The state of the moment."""

    health: Servers
    rows_per_second: float = Field(description="of this worker, over the last ten seconds")
    throughput: Rates
    rows: Rows | None = Field(description="null while Postgres does not answer")
    partitions: list[Partition]
    loads: list[ListedLoad] = Field(description="the latest loads, newest first")
    newest_reject: int | None = Field(description="the number of the newest reject")
    compounds: TopCompounds | None


class ReportedUser(Answer):
    """One user's features; ids are text, as they may be larger than numbers of JavaScript."""

    user_id: str
    name: str | None = Field(description="null: the user was deleted, and has experiments")
    total_experiments: int
    average_run_time: str | None
    top_compound_id: str | None
    top_compound_name: str | None
    top_compound_count: int
    tied_compound_ids: list[str]


class Report(Answer):
    """A page of users."""

    users: list[ReportedUser]
    more: bool = Field(description="whether there are more after these")


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
