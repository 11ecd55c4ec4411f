"""The manifest of a load: what it read, what it published, and how far it is.

A record of topic `loads`, keyed by the load's id, says what is new of a load: its state, and those of its files that
have changed since the record before. What it says of a file replaces what was said of that file before.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from models.rows import MAX_ID, RequiredText, Text

State = Literal["publishing", "published", "failed"]
"""A published load is called applied once Postgres holds all of it; no manifest says so."""

MAX_FILES = 50
"""Files listed in one record; a load of more takes several records."""
MAX_HEADER = 2048
"""Characters of the longest header that is kept."""
MAX_RESOLVED = 5000
"""Rejects resolved by one record; a load that resolves more takes several."""

Count = Annotated[int, Field(ge=0, le=MAX_ID)]
MAX_MILLISECONDS = 253_402_300_799_999
Milliseconds = Annotated[int, Field(ge=0, le=MAX_MILLISECONDS)]
"""Since 1970-01-01 UTC, before the year 10000."""


class _Part(BaseModel):
    # Strict for JSON: ids are strings there, and become UUIDs.
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class LoadedFile(_Part):
    """One file of a load."""

    number: Count
    """Its place among the load's files, from 0."""
    path: RequiredText
    """As given to the load; the header `file` of its records."""
    kind: RequiredText
    """The topic of its rows."""
    deletes: bool = False
    """Whether its rows name what to delete."""
    header: Text | None = None
    """Its first line without the line end; None if it has none, or a very long one."""
    options: Text = ""
    """A fingerprint of how it was read: the same bytes read alike give the same records."""
    size: Count | None = None
    """Bytes; None if it is not a file on disk."""
    digest: Text | None = None
    """Of its first `digested` bytes, BLAKE2b-256 in hexadecimal digits."""
    digested: Count = 0
    """All of them once it is complete; before that, at least those of the lines up to `last_line`."""
    published_ms: Milliseconds
    """Kafka timestamp of its records."""
    read: Count = 0
    published: Count = 0
    rejected: Count = 0
    first_line: Count = 1
    """The line that was read first: a resumed load begins later than 1."""
    last_line: Count = 0
    """Up to here all is published; 0: nothing yet."""
    complete: bool = False
    """Whether it was read and published to its end."""


class Position(_Part):
    """What a load published to one partition."""

    topic: RequiredText
    topic_id: UUID
    partition: Count
    records: Count
    next_offset: Count
    """The offset after its last record: all of it is applied once Postgres is there."""


class Manifest(_Part):
    """A record of topic `loads`."""

    load_id: UUID
    number: Count
    """Counts the records of one load: a greater one is newer."""
    state: State
    started_ms: Milliseconds
    ended_ms: Milliseconds | None = None
    read: Count = 0
    published: Count = 0
    rejected: Count = 0
    error: Text | None = None
    """Why the load failed; None if it did not."""
    problems: Annotated[list[Text], Field(max_length=100)] = []
    """One line for each path or file that could not be loaded; at most 100."""
    positions: list[Position] = []
    """All of them, up to now."""
    files: Annotated[list[LoadedFile], Field(max_length=MAX_FILES)] = []
    """Those that are new or have changed."""
    resolves: Annotated[list[UUID], Field(max_length=MAX_RESOLVED)] = []
    """The ids of rejects whose rows this load published corrected."""
