"""What decoding a batch of records gives."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

import msgspec

RowT = TypeVar("RowT")


class Deleted(msgspec.Struct, frozen=True):
    """A record that deletes a row."""

    index: int
    """Where it stood among the values given."""
    row_id: int


class Undecodable(msgspec.Struct, frozen=True):
    """A value that is not a row of its topic and deletes none."""

    index: int
    """Where it stood among the values given."""
    field: str | None
    reason: str


class Decoded(NamedTuple, Generic[RowT]):
    """What a batch of values holds; each value is in one of the three lists."""

    rows: list[RowT]
    indices: list[int]
    """Where the value of each row stood among the values given."""
    deleted: list[Deleted]
    undecodable: list[Undecodable]
