"""What a record of the log means, in plain Python: shares no code with the project.

It follows docs/wire-format.md: which records are rows, which publication is the newest, what is deleted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from tests.faults.column_kinds import UnreadableError
from tests.faults.declaration import Key, Row, RowTable
from tests.faults.kafka_log import LogRecord
from tests.faults.number_kinds import number_of

_GREATEST_TIME = 2**43
_AHEAD_MS = 24 * 60 * 60 * 1000

Order = tuple[int, UUID, int]
"""Publication time, load, line: the greatest is the newest."""
FileReject = tuple[str, int, str | None, str | None, str]


class Publication(NamedTuple):
    """What a record says of a key."""

    key: Key
    row: Row | None
    """None if it deletes it."""


def order_of(record: LogRecord) -> Order:
    """By which the newest publication is found."""
    try:
        line = int(record.headers["line"].decode("ascii"))
        return record.timestamp, UUID(record.headers["load"].decode("ascii")), line
    except (KeyError, ValueError):
        return record.timestamp, UUID(int=record.partition), record.offset


def publication_of(table: RowTable, record: LogRecord) -> Publication:
    """The row that a record publishes or deletes.

    Raises:
        UnreadableError: neither.
    """
    if not -_GREATEST_TIME < record.timestamp < min(_GREATEST_TIME, time.time() * 1000 + _AHEAD_MS):
        raise UnreadableError
    if record.value is None and table.group is None:
        return Publication(_key(table, _json(record.key)), None)
    members = _members(record)
    if table.group is not None and members.get(table.deletion_mark) is True:
        return Publication(tuple(table.by_name[name].read(members) for name in table.key), None)
    row = {column.name: column.read(members) for column in table.columns}
    return Publication(table.key_of(row), row)


def file_reject_of(record: LogRecord) -> FileReject:
    """A row of a file that the producer refused.

    Raises:
        UnreadableError: it is no such record.
    """
    members = _members(record)
    try:
        return members["file"], members["line"], members.get("field"), members.get("value"), members["reason"]
    except KeyError:
        raise UnreadableError from None


def _key(table: RowTable, found: object) -> Key:
    values = [found] if len(table.key) == 1 else found
    if not isinstance(values, list) or len(values) != len(table.key):
        raise UnreadableError
    members = dict(zip(table.key, values, strict=True))
    return tuple(table.by_name[name].read(members) for name in table.key)


def _members(record: LogRecord) -> Mapping[str, Any]:
    found = _json(record.value)
    if not isinstance(found, dict):
        raise UnreadableError
    return found


def _json(text: bytes | None) -> object:
    try:
        found: object = json.loads((text or b"").decode("utf-8"), parse_float=number_of, parse_constant=_refuse)
    except ValueError:
        raise UnreadableError from None
    return found


def _refuse(constant: str) -> object:
    raise ValueError(constant)
