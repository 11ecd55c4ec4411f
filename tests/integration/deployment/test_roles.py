"""deploy/postgres/roles.sql in a real Postgres: each role can do its work and nothing more."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from models.settings.environment import Settings
from tests.processes import Stack

ROOT = Path(__file__).parents[3]
ROLES = (ROOT / "deploy" / "postgres" / "roles.sql").read_text()
OWNER, WRITER = "exact_features_owner", "exact_features_writer"
PERSON = "exact_features_person"
RELATIONS = (
    "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')"
)


def _as(role: str, url: str) -> str:
    return re.sub(r"//[^@]*@", f"//{role}@", url)


async def _run_roles(url: str) -> None:
    administrator = await asyncpg.connect(url)
    await administrator.execute(ROLES)
    await administrator.close()


async def _migrate_as_owner(stack: Stack, url: str) -> None:
    stack.environment["DATABASE_URL"] = _as(OWNER, url)
    migrated = await stack.run("streams.schema")
    assert migrated.returncode == 0, migrated.stderr


@pytest.fixture
async def url(stack: Stack) -> str:
    """The administrator's address of a database with roles and tables; stack is the writer's."""
    administrators = stack.environment["DATABASE_URL"]
    await _run_roles(administrators)
    await _migrate_as_owner(stack, administrators)
    await _run_roles(administrators)
    stack.environment["DATABASE_URL"] = _as(WRITER, administrators)
    return administrators


@pytest.fixture
async def person(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A person's connection."""
    administrator = await asyncpg.connect(url)
    await administrator.execute(f"CREATE ROLE {PERSON} LOGIN IN ROLE exact_features_reader")
    connection = await asyncpg.connect(_as(PERSON, url))
    yield connection
    await connection.close()
    await administrator.execute(f"DROP ROLE {PERSON}")
    await administrator.close()


async def test_the_writer_does_the_workers_work_and_the_audit_agrees(stack: Stack, url: str, tmp_path: Path) -> None:
    del url
    worker = stack.start_worker()
    await worker.ready()
    loaded = await stack.load(ROOT / "data")
    assert loaded.returncode == 1, loaded.stderr  # the samples have rejects
    (tmp_path / "experiments.csv").write_text("experiment_id\n1\n")
    deleted = await stack.run("producers.csv", "--delete", str(tmp_path / "experiments.csv"), "--wait")
    assert deleted.returncode == 0, deleted.stderr
    await stack.assert_audit_is_equal()
    [counts] = await stack.fetch(
        "SELECT (SELECT count(*) FROM experiments) AS stored, (SELECT count(*) FROM rejects) AS rejected,"
        " (SELECT count(*) FROM deletions) AS deleted, (SELECT count(*) FROM loads) AS loads"
    )
    assert dict(counts) == {"stored": 14, "rejected": 2, "deleted": 1, "loads": 2}
    assert worker.is_running
    # Not being able to migrate is as it should be.
    examined = await stack.run("cli", "doctor", "--json")
    assert [check for check in json.loads(examined.stdout) if not check["ok"]] == []


async def test_a_person_reads_everything_and_changes_nothing(person: asyncpg.Connection) -> None:
    kinds = {row["relname"]: row["relkind"] for row in await person.fetch(RELATIONS)}
    assert {"user_features", "user_report", "reject_report", "load_report"} <= set(kinds)
    for name in kinds:
        await person.fetch(f"SELECT * FROM {name}")  # noqa: S608  # a name that Postgres told
    for name in (name for name, kind in kinds.items() if kind == b"r"):
        for statement in (
            f"INSERT INTO {name} DEFAULT VALUES",
            f"DELETE FROM {name}",  # noqa: S608  # the same
            f"TRUNCATE {name}",
            f"DROP TABLE {name}",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await person.execute(statement)
    for statement in (
        "UPDATE user_features SET version = 0",
        "SELECT FROM stream_offsets FOR UPDATE",
        "CREATE TABLE mine (a int)",
        "CREATE TEMP TABLE mine (a int)",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await person.execute(statement)


async def test_a_person_may_audit(stack: Stack, url: str, person: asyncpg.Connection) -> None:
    del person
    stack.environment["DATABASE_URL"] = _as(PERSON, url)
    await stack.assert_audit_is_equal()
    assert (await stack.run("streams.report")).returncode == 0


async def test_a_worker_that_would_have_to_migrate_is_told_that_it_may_not(
    stack: Stack, empty_database: Settings
) -> None:
    administrators = empty_database.database_url
    await _run_roles(administrators)
    stack.environment["DATABASE_URL"] = _as(WRITER, administrators)
    worker = stack.start_worker()
    assert await worker.ended() == 1
    assert re.search("The worker ends: .*permission denied", worker.log())


@pytest.mark.usefixtures("url")
async def test_the_writer_changes_no_table_and_no_version(stack: Stack) -> None:
    writer = await asyncpg.connect(stack.environment["DATABASE_URL"])
    for statement in (
        "CREATE TABLE mine (a int)",
        "ALTER TABLE users ADD COLUMN mine int",
        "DROP TABLE experiments",
        "TRUNCATE experiments",
        "UPDATE alembic_version SET version_num = '0000'",
        f"SET ROLE {OWNER}",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await writer.execute(statement)
    await writer.close()
    rebuild = await stack.run("cli", "rebuild", "--yes")
    assert (rebuild.returncode, "rebuild as the role that owns the tables" in rebuild.stderr) == (4, True)


async def test_tables_that_were_made_without_roles_are_taken_over(stack: Stack) -> None:
    administrators = stack.environment["DATABASE_URL"]
    assert (await stack.run("streams.schema")).returncode == 0
    await _run_roles(administrators)
    owners = await stack.fetch(
        RELATIONS.replace("SELECT relname, relkind", "SELECT DISTINCT relowner::regrole::text AS owner")
    )
    assert [row["owner"] for row in owners] == [OWNER]
    await _migrate_as_owner(stack, administrators)
    for role in (WRITER, "exact_features_reader"):
        hidden = f"{RELATIONS} AND NOT has_table_privilege('{role}', oid, 'SELECT')"
        assert await stack.fetch(hidden) == []


async def test_a_worker_that_may_only_read_names_the_right_it_lacks_and_ends(
    stack: Stack, person: asyncpg.Connection
) -> None:
    del person
    stack.environment["DATABASE_URL"] = _as(PERSON, stack.environment["DATABASE_URL"])
    worker = stack.start_worker()
    assert await worker.ended() == 1
    assert re.search("The worker ends: Postgres does not give this user a right: permission denied for", worker.log())
