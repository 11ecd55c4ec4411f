"""Rejected rows, as one Kafka record of the topic `rejects` holds them, as JSON; and limits that all rows have."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

MAX_ID = 2**63 - 1
"""Ids are 64-bit integers greater than 0."""
MAX_ROW_BYTES = 512 * 1024
"""The longest JSON value published, well within Kafka's default limit of 1 MiB a record."""
MAX_ORIGINAL = 64 * 1024
"""Characters that are kept of a rejected row's text; one of so many was cut."""


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character, which Postgres cannot store")
    return text


Text = Annotated[str, AfterValidator(_without_nul)]
RequiredText = Annotated[str, Field(min_length=1), AfterValidator(_without_nul)]


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Fault(_Row):
    """One thing that is wrong with a row."""

    code: RequiredText
    """What kind of fault it is, for programs: one of docs/input.md, and never changed."""
    field: Text | None = None
    """The column at fault; None if it is the row as a whole."""
    value: Text | None = None
    """The text in that column; None if the fault is not one of a value."""
    reason: RequiredText
    """What is wrong, in words for people."""


class Reject(_Row):
    """A record of topic `rejects`: one row of a file that did not become a record, and why."""

    file: RequiredText
    line: Annotated[int, Field(ge=0, le=MAX_ID)]
    field: Text | None = None
    value: Text | None = None
    reason: RequiredText
    code: Text | None = None
    """These four are of the first fault."""
    faults: list[Fault] = []
    """Every fault of the row."""
    original: Text | None = None
    """The row as it stands in the file, quotes and line breaks included; cut at MAX_ORIGINAL characters."""
    kind: Text | None = None
    """The topic that the row would have gone to; None for a row that deletes."""
    row_id: int | Text | None = None
    """The row's key, if it could be read: one number as such, else the JSON of the key on the wire."""
