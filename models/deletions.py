"""Which records delete a row of their topic.

A record of `users` or `compounds` without value deletes the row that its key names. The key of `experiments` is a
user's, so there a message in the value names what to delete: `models.rows.DeletedExperiment` is its definition.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Protocol

import msgspec

from models.rows import MAX_ID

if TYPE_CHECKING:
    # numpy comes with it, which producers have no use for.
    from streams.columns.byte_column import ByteColumn

MAX_KEY_SHOWN = 100
"""Bytes of a bad key that its reason quotes."""

DECODE_FAULTS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for a value that it cannot decode; RecursionError if it is nested too deeply."""

_DIGITS = re.compile(rb"[1-9][0-9]{0,18}")


class Deletions(Protocol):
    """How the records of one topic delete."""

    def may_be_in(self, values: ByteColumn) -> bool:
        """Whether records with these values may delete something; False only if they surely do not."""

    def deleted_id(self, value: bytes | None, key: bytes | None) -> int | None:
        """The id that a record deletes; None if it is not a deletion. The key matters only without a value."""

    def fault_without_value(self, key: bytes | None) -> tuple[str | None, str]:
        """What is wrong with a record without value that deletes nothing: (field, reason)."""


class NoDeletions:
    """For topics whose records never delete rows."""

    def may_be_in(self, values: ByteColumn) -> bool:  # noqa: ARG002  # the protocol's
        """No value ever deletes: False."""
        return False

    def deleted_id(self, value: bytes | None, key: bytes | None) -> int | None:  # noqa: ARG002  # the protocol's
        """No record deletes a row: None."""
        return None

    def fault_without_value(self, key: bytes | None) -> tuple[str | None, str]:  # noqa: ARG002  # the protocol's
        """What is wrong with a record without a value."""
        return None, "the record has no value; send a JSON object"


class DeletionsByKey:
    """A record without value deletes the row whose id its key is, in decimal digits."""

    def __init__(self, column: str) -> None:
        """Take the name of the id's column."""
        self._column = column

    def may_be_in(self, values: ByteColumn) -> bool:
        """Whether any of the values is missing, which is what deletes."""
        return bool(values.absent)

    def deleted_id(self, value: bytes | None, key: bytes | None) -> int | None:
        """The id that the key names, if there is no value."""
        if value is not None or key is None or not _DIGITS.fullmatch(key):
            return None
        named = int(key)
        return named if named <= MAX_ID else None

    def fault_without_value(self, key: bytes | None) -> tuple[str | None, str]:
        """What is wrong: the key names no id to delete."""
        found = "has no key" if key is None else f"has the key {key[:MAX_KEY_SHOWN]!r}"
        return self._column, (
            f"the record has no value, which deletes, but {found}: the key must be the {self._column} to delete, "
            "1 to 2^63-1 in decimal digits"
        )


class _Message(msgspec.Struct, gc=False):
    experiment_id: Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]
    deleted: bool


class DeletionsByMessage:
    """A value that is marked as deleted deletes the experiment that it names; its other members are ignored."""

    def __init__(self) -> None:
        self._decoder = msgspec.json.Decoder(_Message)

    def may_be_in(self, values: ByteColumn) -> bool:
        """If the mark's name is in one, or an escape sequence that may stand for a letter of it."""
        return b"deleted" in values.block or b"\\u" in values.block

    def deleted_id(self, value: bytes | None, key: bytes | None) -> int | None:  # noqa: ARG002  # the protocol's
        """The id that the value names, if it is marked as deleted."""
        try:
            message = self._decoder.decode(value or b"")
        except DECODE_FAULTS:
            return None
        return message.experiment_id if message.deleted else None

    def fault_without_value(self, key: bytes | None) -> tuple[str | None, str]:  # noqa: ARG002  # the protocol's
        """The key is a user's, so nothing names the experiment."""
        return None, (
            "the record has no value, and its key does not name an experiment; to delete one, send the value "
            '{"experiment_id":…,"deleted":true}'
        )
