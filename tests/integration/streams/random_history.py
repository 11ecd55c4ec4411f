"""Random histories of a declared table: what arrives in Kafka, in any form, and what must be stored of it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from models.declaration.model import RowTable
from models.publication import Source
from models.wire.deletions import deletion_mark
from models.wire.encode import json_values
from streams.decoding.decoded_values import DecodedValues
from streams.kafka.micro_batch import MicroBatch
from tests.declared_tables import record_batch
from tests.integration.streams.batches import Publisher

Row = dict[str, Any]
Key = tuple[Any, ...]

BAD = [b"", b"{", b"[]", b"\xff", b"{}", b"null", b'{"a":NaN}', b'{"a":1e99999999999999999999}', b"[" * 5000]
SIZES = [1, 1, 2, 5, 12, 30, 70, 150, 300]


@dataclass
class History:
    """The newest publication of each key, and the batches that bring all of them.

    Attributes:
        pools: for each column the values that rows have.
        refused: a key that Postgres is made to refuse.
    """

    table: RowTable
    pools: Mapping[str, list[Any]]
    draw: random.Random
    kafka: Publisher
    refused: Key | None = None
    newest: dict[Key, tuple[Source, int, Row | None]] = field(default_factory=dict)
    lines: int = 0

    @property
    def rows(self) -> list[Row]:
        """What the table must hold."""
        return [row for _, _, row in self.newest.values() if row is not None]

    def key(self, row: Mapping[str, Any]) -> Key:
        return tuple(row[name] for name in self.table.key)

    def batch(self, partition: int) -> MicroBatch:
        """Records of any kind and time; or rows alone, decoded already."""
        count, ways = (
            self.draw.choice(SIZES),
            self.draw.choice([(1, 0, 0, 0), (1, 1, 1, 1), (5, 5, 3, 1), (9, 1, 0, 0)]),
        )
        kinds = self.draw.choices(["ours", "other", "deletion", "bad"], ways, k=count)
        spread = self.draw.choice([1, 3, 20])
        sources = [Source(self.draw.randint(1, spread), UUID(int=self.draw.randint(1, 2))) for _ in kinds]
        if self.draw.random() < 0.3:
            sources = [sources[0]] * count
        rows = [{name: self.draw.choice(pool) for name, pool in self.pools.items()} for _ in kinds]
        ours = json_values(self.table, record_batch(self.table, rows)).to_pylist()
        values, keys = list[bytes | None](), list[bytes | None]()
        for kind, row, value, source in zip(kinds, rows, ours, sources, strict=True):
            found, key = self._record(kind, row, value)
            values.append(found)
            keys.append(key)
            self.lines += 1
            if kind != "bad":
                self._publish(source, None if kind == "deletion" else row, self.key(row))
        made = self.kafka.batch(*values, partition=partition, line=self.lines - count + 1)
        made = replace(made, sources=sources, keys=dict(zip(made.offsets, keys, strict=True)))
        if {*kinds} == {"ours"} and self.draw.random() < 0.5:
            return replace(made, values=DecodedValues(self.table, record_batch(self.table, rows)))
        return made

    def _publish(self, source: Source, row: Row | None, key: Key) -> None:
        newest = self.newest.get(key)
        if (row is None or key != self.refused) and (newest is None or newest[:2] < (source, self.lines)):
            self.newest[key] = source, self.lines, row

    def _record(self, kind: str, row: Row, ours: bytes) -> tuple[bytes | None, bytes | None]:
        """Value and key of a record."""
        if kind == "bad":
            return self._bad(row), None
        if kind == "deletion":
            if self.table.group is None:
                parts = [self._json(row[name]) for name in self.table.key]
                return None, (parts[0] if len(parts) == 1 else f"[{', '.join(parts)}]").encode()
            extra = {deletion_mark(self.table): "true"}
            return self._object({name: row[name] for name in self.table.key}, extra), None
        if kind == "ours":
            return ours, None
        return self._object(row, {"more": '{"a":[1,"\\u005d"]}'} if self.draw.random() < 0.3 else {}), None

    def _bad(self, row: Row) -> bytes | None:
        if self.draw.random() < 0.2:
            required = [column.name for column in self.table.columns if not column.optional]
            left = self.draw.choice(required)
            return self._object({name: value for name, value in row.items() if name != left}, {})
        value = self.draw.choice([*BAD, None])
        return value if value is not None or self.table.group is not None else b"{}"

    def _object(self, members: Row, extra: Mapping[str, str]) -> bytes:
        """A JSON object as some other writer may write it."""
        texts = [(self._text(name), self._json(value)) for name, value in members.items() if self._is_written(value)]
        texts += [(self._text(name), value) for name, value in extra.items()]
        if self.draw.random() < 0.5:
            self.draw.shuffle(texts)
        if texts and self.draw.random() < 0.1:
            texts.insert(0, (texts[-1][0], self.draw.choice(["null", '"x"', "1", "[]"])))
        colon, comma = self.draw.choice([":", ": ", " :\n"]), self.draw.choice([",", ", ", "\t,"])
        return ("{" + comma.join(name + colon + value for name, value in texts) + "}").encode()

    def _is_written(self, value: object) -> bool:
        return value is not None or self.draw.random() < 0.5

    def _json(self, value: object) -> str:  # noqa: PLR0911  # a case for each type, in one place
        match value:
            case None:
                return "null"
            case bool():
                return "true" if value else "false"
            case Decimal():
                return self.draw.choice([f"{value:f}", f"{value:e}", str(value)])
            case int():
                return str(value)
            case datetime():
                return self._text(self._moment(value))
            case date():
                return self._text(value.isoformat())
            case list():
                return "[" + self.draw.choice([",", " , "]).join(map(self._json, value)) + "]"
        return self._text(str(value))

    def _moment(self, value: datetime) -> str:
        zone = timezone(timedelta(minutes=self.draw.choice([0, 90, -330])))
        try:
            return value.astimezone(zone).isoformat()
        except OverflowError:
            return value.isoformat()

    def _text(self, text: str) -> str:
        if self.draw.random() < 0.2:
            units = text.encode("utf-16-be")
            return '"' + "".join(f"\\u{units[n]:02x}{units[n + 1]:02X}" for n in range(0, len(units), 2)) + '"'
        return json.dumps(text, ensure_ascii=self.draw.random() < 0.5)


def runs(history: History, partition: int) -> Iterator[MicroBatch]:
    """The batches of a transaction."""
    for _ in range(history.draw.choice([1, 1, 2, 4])):
        yield history.batch(partition)
