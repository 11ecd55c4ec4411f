"""What the web pages answer: the definition behind /openapi.json."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from models.rows import Reject


class Answer(BaseModel):
    """Base of all answers."""

    # What is not described is not answered.
    model_config = ConfigDict(extra="forbid")


class ColumnRead(Answer):
    """What a column of a file is read as."""

    theirs: str = Field(description="its name in the file")
    ours: str | None = Field(description="the declared column; null: it is ignored")


class FileResult(Answer):
    """What came of one file."""

    path: str
    kind: str = Field(description="the table of its rows")
    read: int = Field(description="rows read: published + rejected")
    published: int
    rejected: int
    seconds: float
    columns: list[ColumnRead] = Field(description="of the file, in its order")


class LoadResult(Answer):
    """What came of a load that ran to its end."""

    status: Literal["success", "partial", "failed"] = Field(
        description="success: every row is in Postgres; partial: but some rows or files were rejected; "
        "failed: not all is applied in time, see lagging"
    )
    load: UUID
    read: int
    published: int
    rejected: int
    files: list[FileResult]
    problems: list[str] = Field(description="one line for each file that could not be loaded, or not to its end")
    notes: list[str] = Field(description="what else there is to know, such as an encoding that was guessed")
    rejects: list[Reject] = Field(description="the first 20 rejected rows")
    applied: bool | None
    lagging: list[str] = Field(description="partitions that Postgres has not caught up with")


class Preview(Answer):
    """What would come of loading files: all of them were read and judged, and nothing was published."""

    read: int
    accepted: int = Field(description="rows that would be published")
    rejected: int
    files: list[FileResult] = Field(description="those that can be loaded, in the order in which they would be")
    problems: list[str] = Field(description="one line for each file that cannot be loaded, or not to its end")
    notes: list[str]
    rejects: list[Reject] = Field(description="the first 20 rows that would be rejected")


class Busy(Answer):
    """A load is running: try again when it is done."""

    status: Literal["busy"]
    error: str
    load: UUID | None = Field(description="the running load; null if it has not begun yet")


class Failure(Answer):
    """Nothing was done, or not to its end; the reason is for people."""

    status: Literal["failed"]
    error: str


class LoadSummary(Answer):
    """One load."""

    load: UUID
    state: Literal["publishing", "published", "applied", "failed"]
    applied: bool = Field(description="whether Postgres holds all of it")
    started_at: datetime
    ended_at: datetime | None = Field(description="when all was published, or it failed")
    told_at: datetime = Field(description="when it was last heard of; a load that runs tells every few seconds")
    read: int
    published: int
    rejected: int
    error: str | None
    problems: list[str]


class ListedLoad(LoadSummary):
    """One load of a list."""

    paths: list[str] = Field(description="its first 20 files")
    file_count: int


class LoadList(Answer):
    """The latest loads, newest first."""

    loads: list[ListedLoad]


class LoadedFile(Answer):
    """One file of a load."""

    path: str
    kind: str
    deletes: bool
    size: int | None
    digest: str | None = Field(description="BLAKE2b-256 of its bytes, as far as they were read")
    read: int
    published: int
    rejected: int
    first_line: int
    last_line: int = Field(description="up to here it is published")
    complete: bool


class LoadedPartition(Answer):
    """What a load published to one partition."""

    topic: str
    partition: int
    records: int
    next_offset: int
    reached: int = Field(description="where Postgres is; applied from next_offset on")


class LoadDetails(LoadSummary):
    """One load in full."""

    files: list[LoadedFile]
    partitions: list[LoadedPartition]


class Healthy(Answer):
    """Kafka and Postgres answer, and all partitions are read on."""

    status: Literal["ok"]
    topics: list[str]


class Unhealthy(Answer):
    """One of them does not, or not all partitions are; its member says why."""

    status: Literal["unavailable"]
    kafka: str | None = None
    postgres: str | None = None
    partitions: str | None = Field(None, description="which partitions are not read on, as their log is damaged")


class GroupFeatures(Answer):
    """The features of one group; numbers, dates and times as they stand in the records of rows."""

    key: dict[str, Any] = Field(description="the columns of the group")
    features: dict[str, Any] = Field(description="what is computed of its rows, by column")
    version: int = Field(description="another one each time that the features are written; it has no order")
    updated_at: datetime


WAITING = (
    "whether records of the table's rows are in Kafka that are not applied yet, as of a second ago at most; "
    "null while Kafka does not say so"
)


INCOMPLETE = "columns that a change of the model is still filling: each is null or right until all groups have it"


class Group(GroupFeatures):
    """The features of one group."""

    table: str
    waiting: bool | None = Field(description=WAITING)
    incomplete: list[str] = Field(description=INCOMPLETE)


class Groups(Answer):
    """The features of the groups that were asked for, in that order; null where there is no such group."""

    table: str
    waiting: bool | None = Field(description=WAITING)
    incomplete: list[str] = Field(description=INCOMPLETE)
    groups: list[GroupFeatures | None]
