"""Any declaration under any history: rows are the newest publications, features what plain SQL and Python compute."""

from __future__ import annotations

import random
from asyncio import gather
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import localcontext
from fractions import Fraction
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedded.cluster import Cluster
from models.clients.engine import open_engine
from models.declaration.model import FeatureTable, GroupColumn, Model, RowTable
from models.declare import Mean, StdDev
from models.settings.environment import Settings
from models.sql.audit import compare_counters, compare_features
from models.sql.creation import make_tables
from models.sql.names import quoted, tables_of
from models.sql.wire_json import key_of
from models.states import feature_states
from models.types.column_types import Column
from models.wire.keys import key_bytes
from streams.features import feature_writer, kept_features
from streams.postgres import server
from streams.table import state_codec
from tests.databases import migrated_database
from tests.declared_features import declared_features, described, features_of
from tests.declared_tables import column_values, record_batch, row_tables
from tests.feature_oracle import features_of as features_in_python
from tests.integration.streams.batches import Publisher
from tests.integration.streams.random_history import History, runs
from tests.integration.streams.store import Database, WorkerStandIn
from tests.integration.streams.transactions.interleaving import AllButCommit, SteppedConnection

PARTITIONS = 3
ROUNDS = 8
RESET = """
DROP TABLE IF EXISTS things, f0, f1, f2 CASCADE; TRUNCATE deletions, rejects;
UPDATE stream_offsets SET next_offset = 0, row_count = 0, feature_rows = '{}'
"""


@st.composite
def models(draw: st.DrawFn) -> Model:
    """One table of rows, and up to three of features."""
    rows = draw(row_tables())
    features = draw(st.lists(features_of(rows), min_size=1, max_size=3)) if rows.group is not None else []
    named = [
        declared_features(rows, each.aggregates, tuple(_by(group) for group in each.group), f"f{number}")
        for number, each in enumerate(features)
    ]
    return Model("random", "", (rows,), tuple(named))


def _by(group: GroupColumn) -> str:
    return group.column.name if group.period is None else f"{group.period}({group.column.name})"


@st.composite
def pools_of(draw: st.DrawFn, table: RowTable) -> dict[str, list[Any]]:
    """Few values of each column, so that keys and groups are met again and values tie."""
    return {column.name: draw(_pool(column, table)) for column in table.columns}


def _pool(column: Column, table: RowTable) -> st.SearchStrategy[list[Any]]:
    most = 5 if column.name == table.group else 12 if column.name in table.key else 4
    return st.lists(column_values(column), min_size=1, max_size=most)


@asynccontextmanager
async def opened(settings: Settings, plain: asyncpg.Connection, model: Model) -> AsyncIterator[Database]:
    """The database with the tables of this model alone."""
    await plain.execute(RESET)
    engine = open_engine(settings)
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: make_tables(sync, model))
    await engine.dispose()
    pool = await server.open_pool(settings, 2, tables_of(model))
    try:
        yield Database(pool, settings, model)
    finally:
        await pool.close()


@pytest.fixture(scope="module")
async def database(cluster: Cluster) -> AsyncIterator[tuple[Settings, asyncpg.Connection]]:
    async with migrated_database(cluster.environment["DATABASE_URL"]) as address:
        plain = await asyncpg.connect(address)
        settings = Settings(database_url=address)
        await plain.execute(f"ALTER DATABASE \"{address.rpartition('/')[2]}\" SET deadlock_timeout = '50ms'")
        pool = await server.open_pool(settings, 1)
        await Database(pool, settings).start_partitions(PARTITIONS, "things")
        await pool.close()
        yield settings, plain
        await plain.close()


# Each takes some seconds: a tenth of the profile's examples, which HYPOTHESIS_PROFILE=long raises.
@settings(
    max_examples=max(5, settings().max_examples // 10),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
@given(data=st.data(), seed=st.integers(0, 2**32), small=st.booleans())
async def test_any_model_is_right_after_any_history(
    database: tuple[Settings, asyncpg.Connection],
    data: st.DataObject,
    seed: int,
    small: bool,  # noqa: FBT001  # drawn
) -> None:
    model, (own_settings, plain) = data.draw(models()), database
    [table] = model.rows
    draw = random.Random(seed)
    with pytest.MonkeyPatch.context() as patched:
        if small:
            patched.setattr(feature_writer, "ROWS_AT_ONCE", 3)
            patched.setattr(kept_features, "GROUPS_AT_ONCE", 2)
            patched.setattr(feature_states, "_ROWS_AT_ONCE", 4)
            patched.setattr(state_codec, "MAX_VALUE_BYTES", draw.choice([60, 10**6]))
            patched.setattr(state_codec, "_AT_ONCE", draw.choice([100, 10**6]))
        async with opened(own_settings, plain, model) as db:
            history = History(table, data.draw(pools_of(table)), draw, Publisher("things"))
            await _refuse_one(plain, history)
            workers = [db.worker(worth_copying) for worth_copying in (1, 10**6)]
            kept: list[dict[str, dict[int, Any]]] = [{}, {}]
            for _ in range(ROUNDS):
                number = draw.randrange(2)
                if draw.random() < 0.2:
                    first, second = draw.sample(range(PARTITIONS), 2)
                    both = [list(runs(history, first)), list(runs(history, second))]
                    await gather(*(worker.apply(*run) for worker, run in zip(workers, both, strict=True)))
                else:
                    await _deliver(db, workers[number], history)
                await _check(plain, model, history)
                _tamper(draw, workers[number], kept[number])


async def _refuse_one(plain: asyncpg.Connection, history: History) -> None:
    if history.draw.random() < 0.2:
        table = history.table
        row = {name: history.draw.choice(pool) for name, pool in history.pools.items()}
        columns = [column for name in table.key for column in table.columns if column.name == name]
        [named] = key_bytes(columns, record_batch(table, [row])).to_pylist()
        literal = await plain.fetchval("SELECT quote_literal($1)", named.decode())
        condition = key_of(table, "things").replace("things.", "")
        await plain.execute(f"ALTER TABLE things ADD CHECK ({condition} <> {literal})")
        history.refused = history.key(row)


class _Crash(Exception):  # noqa: N818  # not an error: it is meant
    """The transaction ends before it is committed."""


async def _crash() -> None:
    raise _Crash


async def _deliver(db: Database, worker: WorkerStandIn, history: History) -> None:
    draw, partition = history.draw, history.draw.randrange(PARTITIONS)
    run = list(runs(history, partition))
    if draw.random() < 0.2:
        async with db.pool.acquire() as connection:
            try:
                doomed = SteppedConnection(connection, _crash, AllButCommit())
                await worker.topics["things"].apply(doomed, run, {}, in_order=draw.random() < 0.5)  # type: ignore[arg-type]
            except (_Crash, asyncpg.CheckViolationError):
                pass
    run = [worker.topics["things"].condensed(batch) for batch in run] if draw.random() < 0.5 else run
    await worker.apply(*run, table_is_written=draw.random() < 0.9)
    if draw.random() < 0.1:
        await worker.apply(run[-1])


def _tamper(draw: random.Random, worker: WorkerStandIn, kept: dict[str, dict[int, Any]]) -> None:
    """As after a crash or a rebalance: a worker's tables are lost, have lost some groups, or are of another day."""
    chance = draw.random()
    for name, table in worker.tables.items():
        if chance < 0.1:
            table.partitions.clear()
        elif chance < 0.35:
            for values in table.partitions.values():
                for key in [key for key in values if draw.random() < 0.5]:
                    value = values[key]
                    if value is None or chance < 0.2:
                        del values[key]
                    else:
                        at = draw.randrange(8)
                        values[key] = draw.choice(
                            [b"", value[:-1], value[:20], value + b"\0", value[:at] + b"!" + value[at + 1 :]]
                        )
        elif chance < 0.5:
            kept[name] = {number: dict(values) for number, values in table.partitions.items()}
        elif chance < 0.65 and name in kept:
            table.partitions = {number: dict(values) for number, values in kept[name].items()}


async def _check(plain: asyncpg.Connection, model: Model, history: History) -> None:
    table, names = history.table, [column.name for column in history.table.columns]
    stored = [dict(row) for row in await plain.fetch("SELECT * FROM things")]
    assert {history.key(row): {name: row[name] for name in names} for row in stored} == {
        history.key(row): row for row in history.rows
    }
    assert len(stored) == len(history.rows)
    assert table is model.rows[0]
    for features in model.features:
        assert await plain.fetch(compare_features(features), 5) == []
        found = await plain.fetch(f"SELECT * FROM {quoted(features.name)}")  # noqa: S608
        expected = features_in_python(described(features), history.rows)
        keys = [group.name for group in features.group]
        assert len(found) == len(expected)
        for row in found:
            _same(features, dict(row), expected[tuple(row[name] for name in keys)])
    for counter in await plain.fetch(compare_counters(model)):
        assert counter["counter"] == counter["counted"], counter["name"]


def _same(features: FeatureTable, row: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    for name, value in expected.items():
        found = row[name]
        if found is None or value is None:
            assert (found, value) == (None, None), name
            continue
        aggregate = features.aggregates.get(name)
        if isinstance(aggregate, Mean | StdDev):
            with localcontext(prec=1000):
                exact = Fraction(found) ** (2 if isinstance(aggregate, StdDev) else 1)
                assert abs(exact - value) <= abs(value) * Fraction(1, 10**11), (name, found, value)
        else:
            assert found == value, (name, found, value)
