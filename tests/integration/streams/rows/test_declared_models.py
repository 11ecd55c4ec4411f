"""The example models under random corrections, moves and deletions: features always equal plain SQL."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from embedded.cluster import Cluster
from models.declaration.in_force import model_named
from models.declaration.model import RowTable
from models.publication import Source
from models.settings.environment import Settings
from models.sql.audit import compare_counters, compare_features
from models.sql.names import quoted, tables_of
from models.sql.wire_json import json_of
from models.wire.encode import json_values
from streams.decoding.stored_rows import StoredRowReader
from streams.kafka.micro_batch import MicroBatch
from streams.postgres import migration, server
from tests.databases import empty_database
from tests.declared_tables import record_batch
from tests.integration.streams.batches import Publisher
from tests.integration.streams.store import Database, WorkerStandIn

EXAMPLES = Path(__file__).parents[4] / "examples"
PARTITIONS = 3
ROUNDS = 60
WORTH_COPYING = 5

MOMENTS = [
    datetime(2024, month, day, hour, 30, tzinfo=UTC)
    for month in (1, 2)
    for day in (1, 31 - 2 * month)
    for hour in (0, 23)
]
TEXTS = ["a", "A", "ä", 'a"b', "[1]", "\U0001f600", "a\\"]

Row = dict[str, Any]


def order_line(draw: random.Random) -> Row:
    return {
        "order_no": draw.choice(TEXTS),
        "line": draw.randint(1, 3),
        "customer_email": draw.choice(["x@y.z", "ü@y.z", "[]"]),
        "sku": draw.choice(TEXTS),
        "quantity": draw.choice([0, 1, 2, 1_000_000]),
        "unit_price": Decimal(draw.choice([-5, 0, 1, 999_999_999_999])).scaleb(-2),
        "paid": draw.choice([True, False]),
        "ordered_at": draw.choice(MOMENTS),
    }


def reading(draw: random.Random) -> Row:
    return {
        "device": draw.choice(["d 1", "d,2", "3"]),
        "taken_at": draw.choice(MOMENTS),
        "temperature": draw.choice([None, Decimal("-272.5"), Decimal("0.0001"), Decimal("21.5")]),
        "battery": draw.choice([None, 0, 100]),
        "alarms": draw.choice([None, [], draw.choices(TEXTS, k=2), draw.choices(TEXTS, k=4)]),
    }


MODELS = {"shop": ("order_lines", order_line), "sensors": ("readings", reading)}


@asynccontextmanager
async def opened(cluster: Cluster, name: str) -> AsyncIterator[Database]:
    async with empty_database(cluster.environment["DATABASE_URL"]) as address:
        settings = Settings(database_url=address, model=str(EXAMPLES / f"{name}.py"))
        await migration.migrate(settings)
        model = model_named(settings.model)
        pool = await server.open_pool(settings, 2, tables_of(model))
        try:
            yield Database(pool, settings, model)
        finally:
            await pool.close()


@dataclass
class World:
    """Rows of one table, published in any order, and the newest of each key."""

    database: Database
    table: RowTable
    draw: random.Random
    kafka: Publisher
    newest: dict[str, tuple[Source, int, Row | None]] = field(default_factory=dict)
    lines: int = 0

    def key(self, row: Mapping[str, Any]) -> str:
        return str([row[name] for name in self.table.key])

    def records(self, rows: list[Row]) -> Iterator[tuple[bytes, Source]]:
        """Each row or its deletion, of any time."""
        for row, value in zip(rows, json_values(self.table, record_batch(self.table, rows)).to_pylist(), strict=True):
            self.lines += 1
            source, is_deletion = Source(self.draw.randint(1, 50), UUID(int=1)), self.draw.random() < 0.2
            newest = self.newest.get(self.key(row))
            if newest is None or newest[:2] < (source, self.lines):
                self.newest[self.key(row)] = source, self.lines, None if is_deletion else row
            if is_deletion:
                members = json.loads(value)
                named = {name: members[name] for name in self.table.key}
                yield json.dumps(named | {"deleted": True}).encode(), source
            else:
                yield value, source

    async def deliver(self, worker: WorkerStandIn, rows: list[Row], *, table_is_written: bool) -> None:
        partition, cut = self.draw.randrange(PARTITIONS), self.draw.randint(0, len(rows))
        # One transaction of two batches: a key may come in both.
        run = [self.batch(part, partition) for part in (rows[:cut], rows[cut:]) if part]
        await worker.apply(*run, table_is_written=table_is_written)

    def batch(self, rows: list[Row], partition: int) -> MicroBatch:
        line = self.lines + 1
        values, sources = zip(*self.records(rows), strict=True)
        return replace(self.kafka.batch(*values, partition=partition, line=line), sources=sources)

    async def check(self) -> None:
        pool, model = self.database.pool, self.database.model
        found = await pool.fetch(f"SELECT {json_of(self.table, 's')} FROM {quoted(self.table.name)} AS s")  # noqa: S608
        stored = StoredRowReader(self.table).read(row[0] for row in found).to_pylist()
        newest = [row for _, _, row in self.newest.values() if row is not None]
        expected = record_batch(self.table, newest).to_pylist()
        assert {self.key(row): row for row in stored} == {self.key(row): row for row in expected}
        for features in model.features:
            assert await pool.fetch(compare_features(features), 10) == []
        assert [row for row in await pool.fetch(compare_counters(model)) if row["counter"] != row["counted"]] == []


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("seed", range(2))
async def test_features_equal_plain_sql_whatever_comes_in_whatever_order(
    cluster: Cluster, name: str, seed: int
) -> None:
    topic, row_of = MODELS[name]
    draw = random.Random(seed)
    async with opened(cluster, name) as database:
        await database.start_partitions(PARTITIONS, topic)
        [table] = [rows for rows in database.model.rows if rows.name == topic]
        world = World(database, table, draw, Publisher(topic))
        # One of them copies what it takes for new.
        workers = [database.worker(worth_copying) for worth_copying in (WORTH_COPYING, 10**6)]
        kept: list[dict[str, dict[int, Any]]] = [{}, {}]
        for _ in range(ROUNDS):
            number = draw.randrange(len(workers))
            worker = workers[number]
            rows = [row_of(draw) for _ in range(draw.choice([1, 3, 12, 40]))]
            await world.deliver(worker, rows, table_is_written=draw.random() < 0.9)
            await world.check()
            tamper(draw, worker, kept[number])


def tamper(draw: random.Random, worker: WorkerStandIn, kept: dict[str, dict[int, Any]]) -> None:
    """As after a crash or a rebalance: a worker's tables are lost, have lost some groups, or are of another day."""
    chance = draw.random()
    for name, table in worker.tables.items():
        if chance < 0.1:
            table.partitions.clear()
        elif chance < 0.3:
            for values in table.partitions.values():
                for key in [key for key in values if draw.random() < 0.5]:
                    del values[key]
        elif chance < 0.4:
            kept[name] = {number: dict(values) for number, values in table.partitions.items()}
        elif chance < 0.5 and name in kept:
            table.partitions = {number: dict(values) for number, values in kept[name].items()}
