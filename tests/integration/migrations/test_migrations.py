from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Index, Table

import migrations
from models.clients.engine import open_engine
from models.declaration.loading import load_model
from models.errors import DatabaseUnreachableError, UnsupportedDatabaseError
from models.settings.environment import Settings
from models.sql.engine_tables import metadata
from models.sql.fit import READ_COLUMNS, misfits
from models.sql.names import tables_of
from models.sql.tables import model_tables
from streams.postgres import migration, server
from tests.conditions import until

ROOT = Path(__file__).parents[3]
TABLES = tables_of(load_model("models.lab"))
ROWS_OF_0001 = """
INSERT INTO users VALUES (7, 'Ada', NULL, '2024-01-01', now(), gen_random_uuid(), 1),
                         (8, 'Bo', NULL, '2024-01-01', now(), gen_random_uuid(), 1);
INSERT INTO compounds VALUES (3, 'Caffeine', NULL, now(), gen_random_uuid(), 1);
INSERT INTO experiments VALUES (1, 7, '{3}', 2.5, now(), gen_random_uuid(), 1);
INSERT INTO user_features VALUES (7, 1, 2.5, 2.5, 1, 3, 1, '{3}', 1);
INSERT INTO stream_offsets VALUES ('users', 0, gen_random_uuid(), 2, 2, 0),
                                  ('experiments', 0, gen_random_uuid(), 1, 1, 1);
"""

STORAGE_PARAMETERS = """
SELECT relname AS name, coalesce(reloptions, '{}') AS options
  FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')
"""


async def alembic(settings: Settings, *arguments: str) -> None:
    environment = {**os.environ, "DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "alembic", *arguments]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


async def test_several_processes_may_migrate_at_once(empty_database: Settings) -> None:
    await asyncio.gather(*(alembic(empty_database, "upgrade", "head") for _ in range(3)))
    connection = await asyncpg.connect(empty_database.database_url)
    assert await connection.fetchval("SELECT count(*) FROM deletions") == 0
    assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
    await connection.close()


async def test_the_migrated_tables_are_those_of_the_models(empty_database: Settings) -> None:
    await migration.migrate(empty_database)

    def differences(connection: Connection) -> list[object]:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
        # The tables of a model are not the engine's.
        return [each for each in found if str(each[0]) not in {"remove_table", "remove_index"}]

    engine = open_engine(empty_database)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_the_migrated_tables_have_the_storage_parameters_of_the_models(empty_database: Settings) -> None:
    # What compare_metadata does not look at.
    await migration.migrate(empty_database)
    connection = await asyncpg.connect(empty_database.database_url)
    try:
        rows = await connection.fetch(STORAGE_PARAMETERS)
    finally:
        await connection.close()
    expected = {
        relation.name: {
            name: str(value) for name, value in (relation.dialect_options["postgresql"]["with"] or {}).items()
        }
        for table in [*metadata.tables.values(), *model_tables(load_model("models.lab")).tables.values()]
        for relation in cast("list[Table | Index]", [table, *table.indexes])
    }
    found = {row["name"]: dict(option.split("=") for option in row["options"]) for row in rows}
    others = [options for name, options in found.items() if name not in expected]
    assert {name: found.get(name, {}) for name in expected} == expected
    assert not any(others)


async def test_the_alembic_command_goes_up_and_down(empty_database: Settings) -> None:
    await alembic(empty_database, "upgrade", "head")
    await alembic(empty_database, "downgrade", "base")
    await alembic(empty_database, "upgrade", "head")


async def test_an_older_postgres_is_refused_with_what_to_do(
    empty_database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asyncpg.Connection, "get_server_version", lambda _: SimpleNamespace(major=17, minor=4))
    with pytest.raises(UnsupportedDatabaseError, match=r"17\.4 is too old: 18 or newer"):
        await server.wait_until_ready(empty_database)


async def test_a_database_that_does_not_exist_is_named(empty_database: Settings) -> None:
    elsewhere = Settings(database_url=f"{empty_database.database_url}_not")
    with pytest.raises(DatabaseUnreachableError, match=r"_not.* does not exist"):
        await server.wait_until_ready(elsewhere)


async def test_a_database_with_rows_gets_deletions_and_keeps_its_report(empty_database: Settings) -> None:
    await alembic(empty_database, "upgrade", "0001")
    connection = await asyncpg.connect(empty_database.database_url)
    await connection.execute(ROWS_OF_0001)
    before = await connection.fetch("SELECT * FROM user_report ORDER BY user_id")
    await alembic(empty_database, "upgrade", "0006")
    assert await connection.fetch("SELECT * FROM user_report ORDER BY user_id") == before
    assert await connection.fetchval("SELECT count(*) FROM deletions") == 0
    await connection.execute("INSERT INTO deletions SELECT 'users', user_id, now(), load_id, 1 FROM users LIMIT 1")
    await connection.execute("DELETE FROM users WHERE user_id = 7")
    rows = await connection.fetch("SELECT user_id, name, total_experiments FROM user_report ORDER BY user_id")
    assert [tuple(row) for row in rows] == [(7, None, 1), (8, "Bo", 0)]
    await alembic(empty_database, "downgrade", "0001")
    assert [row["user_id"] for row in await connection.fetch("SELECT * FROM user_report")] == [8]
    await connection.close()


async def test_the_newest_version_is_the_one_that_the_worker_looks_for(empty_database: Settings) -> None:
    await migration.bring_up_to_date(empty_database, TABLES)
    connection = await asyncpg.connect(empty_database.database_url)
    try:
        assert await connection.fetchval("SELECT version_num FROM alembic_version") == migrations.HEAD
        await migration.bring_up_to_date(empty_database, TABLES)
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(UnsupportedDatabaseError, match="made by a newer release"):
            await migration.bring_up_to_date(empty_database, TABLES)
    finally:
        await connection.close()


async def test_a_migration_that_finds_postgres_away_says_so() -> None:
    away = Settings(database_url="postgresql://postgres@127.0.0.1:1/none")
    with pytest.raises(OSError, match="Connect"):
        await migration._migrate_apart(away)  # noqa: SLF001  # the state in between cannot be brought about otherwise


OTHER_MODEL = """
from models.declare import *
class Payment(Row, table="payments", key="reference"):
    reference: str
REPORTS = {"newest": "SELECT max(published_at) AS at FROM payments"}
"""


async def test_a_database_where_nothing_was_stored_takes_another_model(
    empty_database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migration.bring_up_to_date(empty_database, TABLES)
    (tmp_path / "other.py").write_text(OTHER_MODEL)
    # The process that migrates has another folder, in which a relative path names nothing.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MODEL", "other.py")
    other = Settings(database_url=empty_database.database_url)
    await migration.bring_up_to_date(other, ["payments"])
    connection = await asyncpg.connect(empty_database.database_url)
    assert await connection.fetchval("SELECT at FROM newest") is None
    assert await connection.fetchval("SELECT to_regclass('users') IS NULL AND to_regclass('user_report') IS NULL")
    await connection.execute("DROP VIEW newest")
    await migration.bring_up_to_date(other, ["payments", "newest"])
    assert await connection.fetchval("SELECT at FROM newest") is None
    await connection.close()


async def test_a_model_may_have_tables_of_the_shipped_ones_names_with_columns_of_its_own(
    empty_database: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "notebook.py"
    path.write_text(
        "from models.declare import *\n\n\n"
        'class Experiment(Row, table="experiments", key="experiment_id", group="author"):\n'
        "    experiment_id: str\n    author: str\n    made: date\n\n\n"
        'class Authors(Features, table="user_features", of=Experiment):\n    experiments = Count()\n'
    )
    settings = empty_database.model_copy(update={"model": str(path)})
    await migration.migrate(settings)
    connection = await asyncpg.connect(settings.database_url)
    try:
        model = load_model(str(path))
        stored = [dict(row) for row in await connection.fetch(READ_COLUMNS, tables_of(model))]
        assert misfits(model, stored) == []
        assert await connection.fetchval("SELECT to_regclass('users') IS NULL")
    finally:
        await connection.close()


async def test_a_report_that_postgres_refuses_is_quoted(
    empty_database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.py").write_text(OTHER_MODEL.replace("SELECT", "SELECTED"))
    monkeypatch.setenv("MODEL", str(tmp_path / "other.py"))
    other = Settings(database_url=empty_database.database_url)
    with pytest.raises(RuntimeError, match=r'Postgres refuses .* syntax error at or near "SELECTED"'):
        await migration.bring_up_to_date(other, ["payments"])


ROWS_OF_0006 = """
INSERT INTO users VALUES (7, 'Ada', NULL, '2024-01-01', now(), gen_random_uuid(), 1);
INSERT INTO deletions VALUES ('users', 9223372036854775807, now(), gen_random_uuid(), 1);
INSERT INTO rejects (reject_id, reason, kind, row_id) VALUES (gen_random_uuid(), 'bad', 'users', 7),
                                                             (gen_random_uuid(), 'bad', NULL, NULL);
INSERT INTO stream_offsets VALUES ('users', 0, gen_random_uuid(), 2, 1, 0),
                                  ('experiments', 0, gen_random_uuid(), 1, 1, 3);
"""
REPORTS = ("SELECT * FROM user_report", "SELECT * FROM reject_report ORDER BY number", "SELECT * FROM stream_offsets")


async def test_keys_become_texts_and_counters_those_of_a_table_and_back(empty_database: Settings) -> None:
    await alembic(empty_database, "upgrade", "0006")
    connection = await asyncpg.connect(empty_database.database_url)
    try:
        await connection.execute(ROWS_OF_0006)
        before = [await connection.fetch(report) for report in REPORTS]
        await migration.migrate(empty_database)
        await connection.reload_schema_state()
        assert await connection.fetchval("SELECT key FROM deletions") == "9223372036854775807"
        named = await connection.fetch("SELECT row_id FROM rejects ORDER BY number")
        assert [row["row_id"] for row in named] == ["7", None]
        counters = await connection.fetch("SELECT topic, feature_rows FROM stream_offsets ORDER BY topic")
        assert [tuple(row) for row in counters] == [("experiments", '{"user_features": 3}'), ("users", "{}")]
        await alembic(empty_database, "downgrade", "0006")
        await connection.reload_schema_state()
        assert [set(map(frozen, await connection.fetch(report))) for report in REPORTS] == [
            set(map(frozen, rows)) for rows in before
        ]
    finally:
        await connection.close()


async def test_a_migration_waits_for_a_worker_in_mid_transaction_and_not_the_worker_for_it(
    empty_database: Settings,
) -> None:
    await alembic(empty_database, "upgrade", "0006")
    worker = await asyncpg.connect(empty_database.database_url)
    watcher = await asyncpg.connect(empty_database.database_url)
    try:
        async with worker.transaction():
            await worker.execute("SELECT FROM stream_offsets FOR UPDATE")
            migrating = asyncio.create_task(alembic(empty_database, "upgrade", "0007"))

            async def is_waiting() -> bool:
                return bool(await watcher.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))

            await until(is_waiting, "the migration waits for the worker")
            await worker.execute("SET LOCAL lock_timeout = '1s'")
            assert await worker.fetchval("SELECT count(id) FROM deletions") == 0
            assert await worker.fetchval("SELECT count(row_id) FROM rejects") == 0
        await migrating
        assert await watcher.fetchval("SELECT count(key) FROM deletions") == 0
    finally:
        await worker.close()
        await watcher.close()


def frozen(row: asyncpg.Record) -> tuple[tuple[str, object], ...]:
    return tuple(sorted((name, str(value)) for name, value in row.items()))
