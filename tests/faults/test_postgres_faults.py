"""Postgres in every state that an operator may leave it in, while a real worker applies a load."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from tests.acceptance import random_load
from tests.acceptance.oracle import expected_features
from tests.acceptance.test_random_load import assert_equal, stored_features
from tests.conditions import until
from tests.processes import Stack, Worker

EXPERIMENTS = 24_000
BATCH = "100"
TERMINATIONS = 12
TABLESPACE_MEGABYTES = 24


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "user_experiments.csv"
    random_load.write_experiments(path, EXPERIMENTS, seed=7)
    return path


@asynccontextmanager
async def session(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(stack.environment["DATABASE_URL"])
    try:
        yield connection
    finally:
        await connection.close()


def database_name(stack: Stack) -> str:
    return stack.environment["DATABASE_URL"].rsplit("/", 1)[1]


async def start(stack: Stack) -> Worker:
    worker = stack.start_worker(MAX_BATCH_RECORDS=BATCH)
    await worker.ready()
    return worker


async def publish(stack: Stack, file: Path) -> None:
    load = await stack.load(file, wait=False)
    assert load.returncode == 0, load.stderr


async def applied(stack: Stack) -> int:
    rows = await stack.fetch(
        "SELECT coalesce(sum(next_offset), 0)::bigint AS applied FROM stream_offsets WHERE topic = 'experiments'"
    )
    found: int = rows[0]["applied"]
    return found


async def until_all_is_applied(stack: Stack, count: int = EXPERIMENTS) -> None:
    async def is_applied() -> bool:
        return await applied(stack) == count

    await until(is_applied, f"{count} records are applied")


async def until_logged(worker: Worker, text: str, times: int = 1) -> None:
    async def is_logged() -> bool:
        return worker.log().count(text) >= times

    await until(is_logged, f"{times} times in the log: {text}")


async def assert_right(stack: Stack, worker: Worker, *files: Path) -> None:
    assert worker.is_running
    await stack.assert_audit_is_equal()
    assert_equal(await stored_features(stack), expected_features(list(files)))
    assert await stack.fetch("SELECT * FROM rejects") == []


async def end_sessions(connection: asyncpg.Connection) -> int:
    """End the worker's sessions; return how many there were."""
    ended: int = await connection.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'exact-features worker'"
    )
    return ended


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("default_transaction_read_only", "on", "read-only transaction"),
        ("statement_timeout", "'300ms'", "statement timeout"),
        ("lock_timeout", "'300ms'", "lock timeout"),
        ("transaction_timeout", "'300ms'", "transaction timeout"),
    ],
)
async def test_a_setting_that_stops_the_worker_makes_it_wait_until_it_is_put_back(
    stack: Stack, file: Path, setting: str, value: str, said: str
) -> None:
    worker = await start(stack)
    async with session(stack) as operator, session(stack) as other:
        await operator.execute(f"ALTER DATABASE {database_name(stack)} SET {setting} = {value}")
        await end_sessions(operator)
        async with other.transaction():
            # What the timeouts strike: for read-only it makes no difference.
            await other.execute("LOCK TABLE experiments IN ACCESS EXCLUSIVE MODE")
            await publish(stack, file)
            await until_logged(worker, said, times=3)
            assert await applied(stack) == 0
        await operator.execute(f"ALTER DATABASE {database_name(stack)} RESET {setting}")
    await until_all_is_applied(stack)
    await assert_right(stack, worker, file)


async def test_a_table_locked_by_another_session_is_waited_for(stack: Stack, file: Path) -> None:
    worker = await start(stack)
    async with session(stack) as operator, session(stack) as other:
        async with other.transaction():
            await other.execute("LOCK TABLE user_features IN ACCESS EXCLUSIVE MODE")
            await publish(stack, file)

            async def is_blocked() -> bool:
                rows = await operator.fetch(
                    "SELECT 1 FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"
                )
                return bool(rows)

            await until(is_blocked, "the worker waits for the table")
            assert await applied(stack) == 0
        await until_all_is_applied(stack)
    await assert_right(stack, worker, file)


async def test_sessions_ended_again_and_again_during_a_load_lose_and_double_nothing(stack: Stack, file: Path) -> None:
    worker = await start(stack)
    ended = rounds = 0
    await publish(stack, file)
    async with session(stack) as operator:
        for step in range(TERMINATIONS):
            goal = EXPERIMENTS * step // (TERMINATIONS + 4)

            async def is_reached(goal: int = goal) -> bool:
                return await applied(stack) >= goal

            await until(is_reached, f"{goal} records are applied")
            if (now := await end_sessions(operator)) and await applied(stack) < EXPERIMENTS:
                ended, rounds = ended + now, rounds + 1
    assert rounds >= 3, f"the load was over after {rounds} times"
    await until_all_is_applied(stack)
    assert "Postgres is away" in worker.log()
    await assert_right(stack, worker, file)


async def test_a_row_out_of_the_range_that_the_database_allows_is_rejected_alone(stack: Stack, tmp_path: Path) -> None:
    worker = await start(stack)
    await stack.fetch("ALTER TABLE experiments ADD CHECK (experiment_run_time < 100000)")
    header = "experiment_id,user_id,experiment_compound_ids,experiment_run_time"
    good = [f"{number},{number % 9 + 1},1;{number % 3 + 1},{number}" for number in range(1, 501)]
    allowed, file = tmp_path / "allowed.csv", tmp_path / "experiments.csv"
    allowed.write_text("\n".join([header, *good]) + "\n")
    file.write_text("\n".join([header, *good[:321], "9999,5,1,100000", *good[321:]]) + "\n")
    shutil.copy(file, tmp_path / "user_experiments.csv")
    await publish(stack, tmp_path / "user_experiments.csv")
    await until_all_is_applied(stack, 501)
    [reject] = await stack.fetch("SELECT * FROM rejects")
    assert (reject["line"], reject["topic"]) == (323, "experiments")
    assert "violates check constraint" in reject["reason"]
    assert worker.is_running
    await stack.assert_audit_is_equal()
    assert_equal(await stored_features(stack), expected_features([allowed]))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own for a tablespace, small enough to be filled."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={TABLESPACE_MEGABYTES}m,mode=0777", "tmpfs", str(folder)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"mounting a small file system is not permitted: {mounted.stderr.strip()}")
    try:
        for parent in folder.parents:
            parent.chmod(parent.stat().st_mode | 0o001)
        space = folder / "tablespace"
        space.mkdir()
        owner = pwd.getpwnam("pgserver")
        os.chown(space, owner.pw_uid, owner.pw_gid)
        yield space
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607


def fill(disk: Path) -> Path:
    """Leave no room on the disk."""
    ballast = disk.parent / "ballast"
    with ballast.open("wb", buffering=0) as output:
        try:
            while True:
                output.write(bytes(4096))
        except OSError:
            return ballast


async def test_a_full_disk_is_waited_for_with_one_line_a_step_and_nothing_is_lost(
    stack: Stack, file: Path, small_disk: Path
) -> None:
    worker = await start(stack)
    space = f"space_{database_name(stack)}"
    async with session(stack) as operator:
        await operator.execute(f"CREATE TABLESPACE {space} LOCATION '{small_disk}'")
        try:
            await operator.execute(f"ALTER TABLE experiments SET TABLESPACE {space}")
            ballast = fill(small_disk)
            await publish(stack, file)
            await until_logged(worker, "No space left on device", times=4)
            assert "trying again in" in worker.log()
            assert await applied(stack) < EXPERIMENTS
            waits = worker.log().count("Postgres is away")
            assert worker.log().count("No space left on device") <= 2 * waits
            ballast.unlink()
            await until_all_is_applied(stack)
            await assert_right(stack, worker, file)
        finally:
            worker.stop()
            await operator.execute("ALTER TABLE experiments SET TABLESPACE pg_default")
            await operator.execute(f"DROP TABLESPACE {space}")
