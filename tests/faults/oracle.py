"""What Postgres must hold for a given log, in plain Python; shares no code with the project.

It follows docs/wire-format.md: which records are rows, which publication is the newest, what is deleted.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any
from uuid import UUID

from tests.faults.kafka_log import LogRecord

Order = tuple[int, UUID, int]
"""Publication time, load, line: the greatest is the newest."""
Features = tuple[int, Fraction, int, int | None, int, tuple[int, ...]]
FileReject = tuple[str, int, str | None, str | None, str]
RecordReject = tuple[str, int, int]

LARGEST = 2**63 - 1


@dataclass
class Expected:
    """The content of the tables."""

    rows: dict[str, dict[int, tuple[Any, ...]]]
    """By topic and id."""
    features: dict[int, Features]
    file_rejects: set[FileReject] = field(default_factory=set)
    record_rejects: Counter[RecordReject] = field(default_factory=Counter)
    possible_rejects: Counter[RecordReject] = field(default_factory=Counter)
    """Rows that Postgres would refuse, but may never see: one batch may hold a newer publication of the same id."""


class _NoRow(Exception):  # noqa: N818  # not a failure: a record that belongs in the table of rejects
    pass


def expected(log: Iterable[LogRecord], refused_user: int | None = None) -> Expected:
    """What a log leads to.

    Args:
        log: in any order.
        refused_user: a user whose experiments Postgres is made to refuse.
    """
    newest: dict[str, dict[int, tuple[Order, tuple[Any, ...] | None]]] = defaultdict(dict)
    refused: dict[int, tuple[Order, RecordReject]] = {}
    found = Expected({}, {})
    for record in log:
        try:
            if record.topic == "rejects":
                found.file_rejects.add(_file_reject(record))
                continue
            row_id, row = _READERS[record.topic](record)
        except _NoRow:
            found.record_rejects[record.topic, record.partition, record.offset] += 1
            continue
        publication = (_order(record), row)
        if record.topic == "experiments" and row is not None and row[0] == refused_user:
            place = (record.topic, record.partition, record.offset)
            found.possible_rejects[place] += 1
            refused[row_id] = max(refused.get(row_id, (publication[0], place)), (publication[0], place))
            continue
        kept = newest[record.topic].get(row_id)
        if kept is None or publication[0] > kept[0]:
            newest[record.topic][row_id] = publication
    for row_id, (order, place) in refused.items():
        if row_id not in newest["experiments"] or order > newest["experiments"][row_id][0]:
            found.record_rejects[place] += 1
            found.possible_rejects[place] -= 1
    for topic in _READERS:
        found.rows[topic] = {row_id: row for row_id, (_, row) in newest[topic].items() if row is not None}
    found.features = _features(found.rows["experiments"].values())
    return found


def _order(record: LogRecord) -> Order:
    try:
        line = int(record.headers["line"].decode("ascii"))
        return record.timestamp, UUID(record.headers["load"].decode("ascii")), line
    except (KeyError, ValueError):
        return record.timestamp, UUID(int=record.partition), record.offset


def _members(record: LogRecord) -> dict[str, Any]:
    try:
        members = json.loads((record.value or b"").decode("utf-8"), parse_float=Decimal, parse_constant=_refuse)
    except ValueError:
        raise _NoRow from None
    if not isinstance(members, dict):
        raise _NoRow
    return members


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def _id(value: object) -> int:
    if type(value) is not int or not 1 <= value <= LARGEST:
        raise _NoRow
    return value


def _text(value: object, *, required: bool) -> str | None:
    if value is None and not required:
        return None
    if not isinstance(value, str) or "\x00" in value or (required and not value):
        raise _NoRow
    return value or None


def _run_time(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise _NoRow
    number = Decimal(value)
    try:
        if not 0 <= number < 10**12 or number != number.quantize(Decimal("0.001")):
            raise _NoRow
    except InvalidOperation:
        raise _NoRow from None
    return number


def _date(value: object) -> dt.date:
    try:
        found = dt.datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007  # a date has no zone
    except ValueError:
        raise _NoRow from None
    if value != found.isoformat():
        raise _NoRow
    return found


def _deleted_by_key(record: LogRecord) -> int:
    try:
        return _id(int((record.key or b"").decode("ascii")))
    except ValueError:
        raise _NoRow from None


def _experiment(record: LogRecord) -> tuple[int, tuple[Any, ...] | None]:
    members = _members(record)
    experiment_id = _id(members.get("experiment_id"))
    if members.get("deleted") is True:
        return experiment_id, None
    listed = members.get("experiment_compound_ids")
    if not isinstance(listed, list):
        raise _NoRow
    compounds = tuple(_id(compound) for compound in listed)
    return experiment_id, (_id(members.get("user_id")), compounds, _run_time(members.get("experiment_run_time")))


def _user(record: LogRecord) -> tuple[int, tuple[Any, ...] | None]:
    if record.value is None:
        return _deleted_by_key(record), None
    members = _members(record)
    name, email = _text(members.get("name"), required=True), _text(members.get("email"), required=False)
    return _id(members.get("user_id")), (name, email, _date(members.get("signup_date")))


def _compound(record: LogRecord) -> tuple[int, tuple[Any, ...] | None]:
    if record.value is None:
        return _deleted_by_key(record), None
    members = _members(record)
    name = _text(members.get("compound_name"), required=True)
    return _id(members.get("compound_id")), (name, _text(members.get("compound_structure"), required=False))


_READERS = {"experiments": _experiment, "users": _user, "compounds": _compound}


def _file_reject(record: LogRecord) -> FileReject:
    members = _members(record)
    try:
        return members["file"], members["line"], members.get("field"), members.get("value"), members["reason"]
    except KeyError:
        raise _NoRow from None


def _features(experiments: Iterable[tuple[Any, ...]]) -> dict[int, Features]:
    by_user: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for user, compounds, run_time in experiments:
        by_user[user].append((compounds, run_time))
    return {user: _features_of(found) for user, found in by_user.items()}


def _features_of(experiments: list[tuple[Any, ...]]) -> Features:
    listed = Counter(compound for compounds, _ in experiments for compound in compounds)
    best = max(listed.values(), default=0)
    tied = tuple(sorted(compound for compound, count in listed.items() if count == best))
    total = sum((Fraction(run_time) for _, run_time in experiments), Fraction())
    return len(experiments), total, listed.total(), tied[0] if tied else None, best, tied
