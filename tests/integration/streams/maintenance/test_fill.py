"""New aggregates filled while workers store rows: a value is NULL and marked incomplete, or exact, at every moment."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from embedded.cluster import Cluster
from models.clients.postgres import connected
from models.declaration.in_force import model_named
from models.declaration.model import Model
from models.errors import ModelDiffersError
from models.settings.environment import Settings
from models.sql.audit import compare_counters, compare_features
from models.sql.model_history import LOCK_MODEL
from models.sql.names import tables_of
from streams.maintenance import fill as filling
from streams.maintenance.fill import Filling, fill
from streams.maintenance.model_changes import applying, find_difference, put_another_in_force
from streams.maintenance.model_taking import take_model
from streams.maintenance.rebuild import empty
from streams.postgres import migration, server
from streams.queries.model import read_incomplete
from tests.conditions import until
from tests.databases import empty_database
from tests.integration.streams.batches import Publisher
from tests.integration.streams.rows.test_declared_models import EXAMPLES, MODELS, PARTITIONS, World
from tests.integration.streams.store import Database, WorkerStandIn

KEPT = ("Count(", "CountDistinct(", "Mean(")
"""Aggregates of the smaller model."""


def smaller(folder: Path, name: str) -> str:
    """The model of an example with fewer aggregates, and without its last Features."""
    text = (EXAMPLES / f"{name}.py").read_text()
    first = text.index("(Features,")
    second = text.index("\nclass", first)
    lines = text[:second].splitlines()
    kept = [line for line in lines if " = " not in line or any(call in line for call in KEPT)]
    path = folder / f"small_{name}.py"
    path.write_text("\n".join(kept))
    return str(path)


@asynccontextmanager
async def database_of(settings: Settings) -> AsyncIterator[Database]:
    model = model_named(settings.model)
    pool = await server.open_pool(settings, 3, tables_of(model))
    try:
        yield Database(pool, settings, model)
    finally:
        await pool.close()


async def put_in_force(settings: Settings, name: str) -> Settings:
    """Put another model in force, filling nothing."""
    model = model_named(name)
    async with applying(settings) as connection:
        await put_another_in_force(connection, model, await find_difference(connection, model))
    return settings.model_copy(update={"model": name})


async def audited(database: Database) -> dict[str, dict[str, float]]:
    """What is incomplete, after seeing that all else is right, and NULL if not."""
    async with database.pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
        await connection.set_type_codec("jsonb", encoder=str, decoder=str, schema="pg_catalog")
        incomplete = await read_incomplete(connection)
        for features in database.model.features:
            assert await connection.fetch(compare_features(features, incomplete.get(features.name, {})), 10) == []
        counters = await connection.fetch(compare_counters(database.model))
    assert [row for row in counters if row["counter"] != row["counted"]] == []
    return incomplete


async def deliver_some(world: World, worker: WorkerStandIn, topic: str, rounds: int) -> None:
    for _ in range(rounds):
        rows = [MODELS[topic][1](world.draw) for _ in range(world.draw.choice([1, 3, 12, 40]))]
        await world.deliver(worker, rows, table_is_written=world.draw.random() < 0.9)


def no_progress(_: Filling) -> None:
    pass


async def begun(database_url: str, name: str) -> Settings:
    settings = Settings(database_url=database_url, model=name)
    await migration.migrate(settings)
    await take_model(settings, model_named(name))
    return settings


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("seed", range(3))
async def test_features_are_null_or_right_while_they_are_filled_and_after_a_rollback(
    cluster: Cluster, name: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "GROUPS_AT_ONCE", 1)
    draw = random.Random(seed)
    topic = MODELS[name][0]
    async with empty_database(cluster.environment["DATABASE_URL"]) as address:
        small = await begun(address, smaller(tmp_path, name))
        big = str(EXAMPLES / f"{name}.py")
        world: World | None = None
        tables: dict[str, dict[str, dict[int, dict[bytes, bytes | None]]]] = {}
        # To the bigger model, back, and again to the bigger one: what a worker knew of it then may be of use, or not.
        for model in (small.model, big, small.model, big):
            settings = small if world is None else await put_in_force(small, model)
            async with database_of(settings) as database:
                [rows] = [table for table in database.model.rows if table.name == topic]
                if world is None:
                    await database.start_partitions(PARTITIONS, topic)
                    world = World(database, rows, draw, Publisher(topic))
                world.database, world.table = database, rows
                worker = database.worker()
                known = tables.setdefault(model, {})
                for table in worker.tables.values():
                    table.partitions = known.setdefault(table.features.name, {})
                incomplete = await audited(database)
                assert bool(incomplete) == (model == big)
                async with applying(settings) as connection, asyncio.TaskGroup() as together:
                    task = together.create_task(fill(connection, database.model, no_progress))
                    while not task.done():
                        await deliver_some(world, worker, name, 1)
                        await audited(database)
                assert await audited(database) == {}
                await deliver_some(world, worker, name, 5)
                await audited(database)
                assert await nullable(database.pool, database.model) == set()


async def nullable(pool: asyncpg.Pool, model: Model) -> set[str]:
    """Columns of features that may be NULL and should not."""
    found = set()
    for features in model.features:
        required = {output.name for output in features.outputs if not output.optional}
        rows = await pool.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND NOT attnotnull AND attnum > 0",
            features.name,
        )
        found |= required & {row["attname"] for row in rows}
    return found


async def test_a_worker_of_the_model_before_stores_nothing(cluster: Cluster, tmp_path: Path) -> None:
    async with empty_database(cluster.environment["DATABASE_URL"]) as address:
        small = await begun(address, smaller(tmp_path, "shop"))
        async with database_of(small) as database:
            [rows] = [table for table in database.model.rows if table.name == "order_lines"]
            await database.start_partitions(PARTITIONS, "order_lines")
            world = World(database, rows, random.Random(1), Publisher("order_lines"))
            worker = database.worker()
            worker.topics["order_lines"].model = await database.pool.fetchval("SELECT fingerprint FROM model")
            await deliver_some(world, worker, "shop", 3)
            before = await database.pool.fetch("SELECT * FROM order_lines ORDER BY order_no, line")
            await put_in_force(small, str(EXAMPLES / "shop.py"))
            with pytest.raises(ModelDiffersError, match="another model was put in force"):
                await deliver_some(world, worker, "shop", 1)
            assert await database.pool.fetch("SELECT * FROM order_lines ORDER BY order_no, line") == before


async def test_a_model_waits_for_transactions_that_run_and_holds_off_those_that_come(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with empty_database(cluster.environment["DATABASE_URL"]) as address:
        small = await begun(address, smaller(tmp_path, "shop"))
        async with database_of(small) as database:
            await database.start_partitions(PARTITIONS, "order_lines")
            lock = "SELECT (SELECT max(number) FROM model) AS model FROM stream_offsets WHERE partition = $1 FOR UPDATE"
            async with database.pool.acquire() as one, database.pool.acquire() as other:
                running = one.transaction()
                await running.start()
                assert await one.fetchval(lock, 0) == 1
                applied = asyncio.create_task(put_in_force(small, str(EXAMPLES / "shop.py")))
                await waiting(database.pool, "exact-features model")
                coming = asyncio.create_task(other.fetchval(lock, 1))
                await waiting(database.pool, "exact-features worker")
                assert not applied.done()
                assert not coming.done()
                # One that runs comes to its end.
                await one.execute("UPDATE stream_offsets SET next_offset = 1 WHERE partition = 0")
                await running.commit()
                await applied
                assert await coming == 2


async def test_a_model_waits_for_a_worker_that_begins_with_the_model_before(cluster: Cluster, tmp_path: Path) -> None:
    async with empty_database(cluster.environment["DATABASE_URL"]) as address:
        small = await begun(address, smaller(tmp_path, "shop"))
        async with database_of(small) as database, database.pool.acquire() as beginning:
            async with beginning.transaction():
                # As it looks which model is in force, and makes its views.
                await beginning.execute(LOCK_MODEL)
                applied = asyncio.create_task(put_in_force(small, str(EXAMPLES / "shop.py")))
                await waiting(database.pool, "exact-features model")
                assert await beginning.fetchval("SELECT count(*) FROM model") == 1
            await applied
            assert await beginning.fetchval("SELECT count(*) FROM model") == 2


async def test_a_rebuild_with_another_model_waits_for_a_worker_that_begins(cluster: Cluster, tmp_path: Path) -> None:
    async with empty_database(cluster.environment["DATABASE_URL"]) as address:
        small = await begun(address, smaller(tmp_path, "shop"))
        async with database_of(small) as database, connected(address, {"application_name": "rebuild"}) as rebuilding:
            async with database.pool.acquire() as beginning, beginning.transaction():
                await beginning.execute(LOCK_MODEL)
                emptied = asyncio.create_task(empty(rebuilding, model_named(str(EXAMPLES / "shop.py")), {}))
                await waiting(database.pool, "rebuild")
                assert await beginning.fetchval("SELECT count(*) FROM model") == 1
            await emptied
            assert await database.pool.fetchval("SELECT count(*) FROM model") == 2


async def waiting(pool: asyncpg.Pool, name: str) -> None:
    """Until a session of this name waits for a lock."""

    async def is_waiting() -> bool:
        query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'"
        return bool(await pool.fetchval(query, name))

    await until(is_waiting, f"a session of {name} waits")
