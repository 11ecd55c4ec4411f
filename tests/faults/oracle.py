"""What Postgres must hold for a given log, in plain Python; shares no code with the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.faults.column_kinds import UnreadableError
from tests.faults.declaration import Declaration, Key, Row
from tests.faults.kafka_log import LogRecord
from tests.faults.reading import FileReject, Order, Publication, file_reject_of, order_of, publication_of
from tests.feature_oracle import Group, features_of

RecordReject = tuple[str, int, int]


@dataclass
class Expected:
    """The content of the tables."""

    rows: Mapping[str, Mapping[Key, Row]]
    """By table and key."""
    features: Mapping[str, Mapping[Group, Mapping[str, Any]]]
    """By table and group, as tests.feature_oracle has them."""
    file_rejects: set[FileReject]
    record_rejects: Counter[RecordReject]
    possible_rejects: Counter[RecordReject]
    """Rows that Postgres would refuse, but may never see: one batch may hold a newer publication of the same key."""


class Oracle:
    """Takes the records of a log, in any order."""

    def __init__(self, declaration: Declaration, refused: object | None) -> None:
        """`refused` is a group of the first table whose rows Postgres is made to refuse."""
        self._refused_group = refused
        self._newest: dict[str, dict[Key, tuple[Order, Row | None]]] = {table.name: {} for table in declaration.tables}
        self.change(declaration)
        self._refused: dict[Key, tuple[Order, RecordReject]] = {}
        self._file_rejects: set[FileReject] = set()
        self._record_rejects: Counter[RecordReject] = Counter()
        self._possible_rejects: Counter[RecordReject] = Counter()

    def change(self, declaration: Declaration) -> None:
        """Take another declaration of the same tables; a column that it adds is NULL so far."""
        self._declaration = declaration
        self._tables = {table.name: table for table in declaration.tables}
        self._main = declaration.tables[0]
        for table in declaration.tables:
            nothing = dict.fromkeys(table.by_name)
            self._newest[table.name] = {
                key: (order, row and {**nothing, **row}) for key, (order, row) in self._newest[table.name].items()
            }

    def add(self, record: LogRecord) -> Publication | None:
        """Take one more record; what it publishes."""
        place = record.topic, record.partition, record.offset
        try:
            if record.topic == "rejects":
                self._file_rejects.add(file_reject_of(record))
                return None
            found = publication_of(self._tables[record.topic], record)
        except UnreadableError:
            self._record_rejects[place] += 1
            return None
        self._publish(record.topic, found, order_of(record), place)
        return found

    def _publish(self, topic: str, found: Publication, order: Order, place: RecordReject) -> None:
        key, row = found
        if self._is_refused(topic, row):
            self._possible_rejects[place] += 1
            self._refused[key] = max(self._refused.get(key, (order, place)), (order, place))
            return
        kept = self._newest[topic].get(key)
        if kept is None or order > kept[0]:
            self._newest[topic][key] = order, row

    def _is_refused(self, topic: str, row: Row | None) -> bool:
        if self._refused_group is None or row is None or topic != self._main.name:
            return False
        assert self._main.group is not None
        return bool(row[self._main.group] == self._refused_group)

    def expected(self) -> Expected:
        """What the records lead to."""
        required, possible = self._record_rejects.copy(), self._possible_rejects.copy()
        for key, (order, place) in self._refused.items():
            newest = self._newest[self._main.name].get(key)
            if newest is None or order > newest[0]:
                required[place] += 1
                possible[place] -= 1
        rows = {
            name: {key: row for key, (_, row) in newest.items() if row is not None}
            for name, newest in self._newest.items()
        }
        features = {
            each.name: features_of(each.said, list(rows[each.of.name].values())) for each in self._declaration.features
        }
        return Expected(rows, features, self._file_rejects, required, possible)
