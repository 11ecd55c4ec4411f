"""What other clients publish: rows and deletions as they write them, bad records, with clocks of their own."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from random import Random

from tests.faults.declaration import Column, Row, RowTable
from tests.faults.drawn_rows import DrawnRows
from tests.faults.history import History

_BAD_VALUES = (b"\xff\xfe", b"[]", b"{}", b"not json", b"", b"null", None)
_DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A record that another client than ours publishes: its own time and partition, and no headers."""

    topic: str
    key: bytes
    value: bytes | None
    timestamp: int
    partition_hint: int
    """To be taken modulo the number of partitions."""


class ClientRecords:
    """Drawn from a source of chance of their own.

    How many records a client publishes is a matter of time, and the files are not to depend on it.
    """

    def __init__(self, draw: Random, history: History) -> None:
        self._draw = draw
        self._history = history
        self._timestamps: set[int] = set()

    def codec(self) -> str | None:
        """How a client compresses, as aiokafka names it."""
        return self._draw.choice([None, "gzip", "snappy", "lz4", "zstd"])

    def transaction(self) -> tuple[list[ClientRecord], bool]:
        """Records that a client publishes in one transaction, and whether it aborts it."""
        count = self._draw.choice([1, 2, 5, 30, 300])
        return [self.record() for _ in range(count)], self._draw.random() < 0.5

    def burst(self) -> list[ClientRecord]:
        """A few records of one table, each for the next partition."""
        table = self._any_table()
        first = self._draw.randint(0, 1000)
        records = [self._record_of(table) for _ in range(self._draw.choice([3, 8, 15]))]
        return [replace(record, partition_hint=first + number) for number, record in enumerate(records)]

    def pause(self) -> float:
        """Seconds between two bursts."""
        return self._draw.choice([0.02, 0.1, 0.5])

    def record(self) -> ClientRecord:
        """A record of any table and any kind."""
        return self._record_of(self._any_table())

    def _any_table(self) -> RowTable:
        first, *others = self._history.declaration.tables
        return self._draw.choice([first] * 5 + others)

    def _record_of(self, table: RowTable) -> ClientRecord:
        rows: DrawnRows = self._history.rows[table.name]
        row = rows.row(rows.any_number(self._draw), self._draw)
        kind = self._draw.choices(["row", "bad", "delete"], weights=[85, 5, 10])[0]
        if kind == "bad":
            return self._record(table, row, self._bad(table, row))
        if kind == "row":
            return self._record(table, row, self._object(table, row))
        if table.group is None:
            return self._record(table, row, None)
        named = {name: row[name] for name in table.key}
        return self._record(table, row, self._object(table, named, {table.deletion_mark: "true"}))

    def _bad(self, table: RowTable, row: Row) -> bytes | None:
        if self._draw.random() < 0.4:
            value = self._draw.choice(_BAD_VALUES)
            return value if value is not None or table.group is not None else b"{}"
        column: Column = self._draw.choice(table.columns)
        others = {name: value for name, value in row.items() if name != column.name}
        wrong = self._draw.choice(["null", *column.kind.wrong_in_json])
        return self._object(table, others, {column.name: wrong} if self._draw.random() < 0.8 else {})

    def _object(self, table: RowTable, members: Row, more: dict[str, str] | None = None) -> bytes:
        texts = {
            name: "null" if value is None else table.by_name[name].kind.in_json(value, self._draw)
            for name, value in members.items()
            if value is not None or self._draw.random() < 0.5
        }
        pairs = [f"{json.dumps(name)}: {text}" for name, text in (texts | (more or {})).items()]
        return f"{{{', '.join(pairs)}}}".encode()

    def _record(self, table: RowTable, row: Row, value: bytes | None) -> ClientRecord:
        names = table.key if table.group is None else (table.group,)
        parts = [table.by_name[name].kind.in_json(row[name], self._draw) for name in names]
        key = parts[0] if len(parts) == 1 else f"[{','.join(parts)}]"
        if value is None and self._draw.random() < 0.1:
            key = self._draw.choice(["no key", "[1", "{}"])
        return ClientRecord(table.name, key.encode(), value, self._timestamp(), self._draw.randint(0, 1000))

    def _timestamp(self) -> int:
        # Clocks differ, what is published late may be old, and some cannot be meant. No two alike: a tie of two
        # incarnations of a topic has no winner.
        while True:
            now = int(time.time() * 1000)
            past = self._draw.choices(
                [0, 5_000, 60_000, now - _DAY_MS, -2 * _DAY_MS, -999 * now], [60, 20, 18, 2, 1, 1]
            )[0]
            timestamp = now - past + self._draw.randint(0, 999)
            if timestamp not in self._timestamps:
                self._timestamps.add(timestamp)
                return timestamp
