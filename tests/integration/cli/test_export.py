"""`ingest export` as a user runs it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from pathlib import Path

import asyncpg
import pytest

from tests.conditions import until
from tests.integration.cli.shell import EXPERIMENTS, USERS, Shell
from tests.operator_shell import POSTGRES_PROGRAMS
from tests.processes import Stack

DECLARED = "SELECT experiment_id, user_id, experiment_compound_ids, experiment_run_time FROM experiments ORDER BY 1"


async def test_rows_that_are_exported_can_be_loaded_again(shell: Shell, stack: Stack) -> None:
    await stack.start_worker().ready()
    shell.write("u.csv", USERS + '7,"=cmd(), ""x""",,2024-01-01\n8, Zoë ,z@example.org,2024-01-02\n')
    shell.write("e.csv", EXPERIMENTS + "1,7,3;4;3,1.250\n2,7,,0\n3,8,5,999999999999.999\n")
    assert (await shell.run("load", "u.csv", "e.csv"))[0] == 0
    code, out, err = await shell.run("export", "users", "--output", "again/users.csv")
    assert (code, out) == (2, "")
    assert "again/users.csv: cannot be written (No such file or directory)" in err
    (shell.folder / "again").mkdir()
    for table, rows in (("users", 2), ("experiments", 3)):
        code, out, err = await shell.run("export", table, "--output", f"again/{table}.csv")
        assert (code, out, err) == (0, "", f"again/{table}.csv: {rows} rows of {table}\n")
    # Nothing is escaped: what is loaded again is what was stored.
    assert '7,"=cmd(), ""x""",,2024-01-01' in (shell.folder / "again" / "users.csv").read_text()
    before = await stack.fetch(DECLARED)
    users = await stack.fetch("SELECT user_id, name, email, signup_date FROM users ORDER BY 1")
    connection = await asyncpg.connect(stack.environment["DATABASE_URL"])
    await connection.execute("UPDATE experiments SET experiment_run_time = 5, published_at = '2020-01-01Z'")
    await connection.close()
    code, out, err = await shell.run("load", "again")
    assert code == 0, err
    assert await stack.fetch(DECLARED) == before
    assert await stack.fetch("SELECT user_id, name, email, signup_date FROM users ORDER BY 1") == users


async def test_data_goes_to_standard_output_and_messages_do_not(shell: Shell, stack: Stack) -> None:
    await stack.start_worker().ready()
    shell.write("e.csv", EXPERIMENTS + "1,7,3;4,1.250\n")
    assert (await shell.run("load", "e.csv"))[0] == 0
    code, out, err = await shell.run("export", "user_features")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == (
        "user_id,total_experiments,total_run_time,average_run_time,total_compounds,top_compound_id,"
        "top_compound_count,tied_compound_ids,version,updated_at"
    )
    code, out, err = await shell.run("export", "experiments", "--format", "jsonl")
    assert (code, err) == (0, "")
    assert out == ('{"experiment_id":1,"user_id":7,"experiment_compound_ids":[3,4],"experiment_run_time":1.25}\n')
    code, out, err = await shell.run("export", "experiments", "--format", "parquet")
    assert (code, out) == (2, "")
    assert "--output FILE" in err
    code, out, err = await shell.run("export", "experiments", "--output", "rows.txt")
    assert (code, "give --format" in err) == (2, True)
    code, out, err = await shell.run("export", "user_report")
    assert (code, out) == (2, "")
    assert "user_report is a report, and only tables are exported: ask psql for it" in err
    psql = err.partition("ask psql for it, ")[2]
    done = await asyncio.to_thread(
        subprocess.run, ["bash", "-c", psql], cwd=shell.folder, env=with_psql(stack.environment), check=False
    )
    assert done.returncode == 0
    assert (shell.folder / "user_report.csv").read_text().startswith("user_id,name,email,")
    code, out, err = await shell.run("export", "nothing")
    assert (code, out) == (2, "")
    assert err == "nothing is not a table of the model; there are: users, compounds, experiments, user_features\n"


def with_psql(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "PATH": f"{POSTGRES_PROGRAMS}{os.pathsep}{environment['PATH']}"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_what_is_interrupted_leaves_no_file(shell: Shell, stack: Stack, number: signal.Signals) -> None:
    (shell.folder / "users.csv").write_text("before")
    blocker = await asyncpg.connect(stack.environment["DATABASE_URL"])
    async with blocker.transaction():
        await blocker.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        process = shell.start("export", "users", "--output", "users.csv")

        async def has_begun() -> bool:
            return bool(unfinished(shell.folder))

        await until(has_begun, "a file is begun")
        process.send_signal(number)
        _, err = await asyncio.to_thread(process.communicate, timeout=30)
    await blocker.close()
    assert (process.returncode, err) == (130, "interrupted\n")
    assert (shell.folder / "users.csv").read_text() == "before"
    assert not unfinished(shell.folder)


async def test_postgres_that_goes_away_leaves_no_file(shell: Shell, stack: Stack) -> None:
    blocker = await asyncpg.connect(stack.environment["DATABASE_URL"])
    async with blocker.transaction():
        await blocker.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        process = shell.start("export", "users", "--output", "users.parquet")

        async def is_ended() -> bool:
            # Not by the blocker: a transaction sees the sessions that there were when it first looked.
            return bool(
                await stack.fetch(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                    "AND datname = current_database() AND application_name = 'exact-features'"
                )
            )

        await until(is_ended, "the export's session is ended")
        _, err = await asyncio.to_thread(process.communicate, timeout=30)
    await blocker.close()
    assert process.returncode == 4
    assert err.startswith("Postgres at DATABASE_URL does not answer")
    assert not list(shell.folder.iterdir())


def unfinished(folder: Path) -> list[Path]:
    return list(folder.glob(".*.part"))
