"""`ingest model` with real servers: another model is refused, or put in force while rows come in."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from models.declaration.in_force import model_named
from models.settings.environment import Settings
from streams.maintenance.model_changes import applying, find_difference, put_another_in_force
from tests.conditions import until
from tests.integration.cli.payment_models import (
    ACCOUNTS,
    SMALL,
    audited,
    last_line,
    loaded,
    models,
    payments,
    use,
)
from tests.integration.cli.shell import Shell


async def test_a_worker_of_another_model_does_not_start_and_says_what_differs(small: Shell) -> None:
    first = small.stack.start_worker()
    await loaded(small)
    use(small, "big.py")

    other = small.stack.start_worker()

    assert await other.ended() == 1
    line = last_line(other)
    for part in ("is not the one in force", "totals.largest is new: Max('amount')", "model diff", "model apply"):
        assert part in line
    assert first.is_running
    assert await models(small) == 1
    code, _, err = await small.run("audit")
    assert (code, "is not the one in force" in err) == (2, True)


async def test_a_load_by_a_model_of_other_rows_publishes_nothing_and_says_what_differs(small: Shell) -> None:
    worker = small.stack.start_worker()
    await loaded(small)
    ends = await small.stack.fetch("SELECT topic, partition, next_offset FROM stream_offsets ORDER BY 1, 2")
    small.write(
        "other.py", small.read("small.py").replace("    category: str", "    place: str | None\n    category: str")
    )
    small.write("files/payments.csv", payments(0, 6000).replace("category\n", "category,place\n"))
    use(small, "other.py")

    code, _, err = await small.run("load", "files", "--again")
    assert code == 2, err
    for part in ("nothing was published", "payments.place is new", "ingest model diff"):
        assert part in err
    assert await small.stack.fetch("SELECT topic, partition, next_offset FROM stream_offsets ORDER BY 1, 2") == ends
    assert worker.is_running

    # Other features are no part of what is published.
    use(small, "big.py")
    await loaded(small, "--again")


async def test_of_workers_that_begin_together_the_model_of_one_is_in_force(small: Shell) -> None:
    same = [small.stack.start_worker() for _ in range(2)]
    for worker in same:
        await worker.ready()
    assert await models(small) == 1

    use(small, "big.py")
    code, out, err = await small.run("doctor")
    assert (code, "BAD  model" in out, "ingest model diff" in out) == (1, True, True), out + err


async def test_another_model_is_put_in_force_while_rows_come_in_and_taken_back(small: Shell) -> None:
    before = small.stack.start_worker()
    await loaded(small)
    small.write("files/payments.csv", payments(3000, 9000))
    code, _, err = await small.run("load", "files", "--no-wait")
    assert code == 0, err

    use(small, "big.py")
    code, out, err = await small.run("model", "apply")

    assert code == 0, err
    assert "totals: largest, usual, times, tied complete" in out
    assert await before.ended() == 1
    assert "another model was put in force while this worker ran" in last_line(before)
    small.stack.start_worker()
    await loaded(small, "--again")
    assert (await audited(small))["incomplete"] == {}

    use(small, "small.py")
    code, out, err = await small.run("model", "apply")
    assert (code, "kinds is gone: drops the table" in out) == (0, True), err
    small.stack.start_worker()
    await loaded(small, "--again")
    await audited(small)
    shown = await small.json("model", "show")
    assert shown["in_force"]["declaration"] == shown["file"]
    assert await models(small) == 3


async def test_a_fill_that_was_killed_goes_on_where_it_was_and_says_what_is_missing(small: Shell) -> None:
    worker = small.stack.start_worker()
    await loaded(small)
    worker.stop()
    use(small, "big.py")
    environment = small.stack.environment
    settings = Settings(database_url=environment["DATABASE_URL"], model=environment["MODEL"])
    async with applying(settings) as connection:
        big = model_named(settings.model)
        await put_another_in_force(connection, big, await find_difference(connection, big))
    blocker = await asyncpg.connect(small.stack.environment["DATABASE_URL"])
    try:
        # The fill comes to this group after the first thousand.
        one = "SELECT account FROM totals ORDER BY account OFFSET 1500 LIMIT 1"
        transaction = blocker.transaction()
        await transaction.start()
        await blocker.fetchval(f"SELECT account FROM totals WHERE account = ({one}) FOR UPDATE")  # noqa: S608  # ours
        process = small.start("model", "apply")

        async def is_begun() -> bool:
            [row] = await small.stack.fetch("SELECT filled FROM model_fills WHERE feature_table = 'totals'")
            return bool(row["filled"])

        await until(is_begun, "a thousand groups are filled")
        process.kill()
        await asyncio.to_thread(process.communicate)
    finally:
        await blocker.close()

    found = await audited(small)
    assert found["incomplete"]["totals"] == dict.fromkeys(("largest", "usual", "times", "tied"), 1000 / ACCOUNTS)
    assert found["incomplete"]["kinds"] == {"payments": 0}
    [row] = await small.stack.fetch("SELECT count(*) FROM totals WHERE largest IS NULL")
    assert row["count"] == ACCOUNTS - 1000
    assert "totals.largest 40%" in (await small.run("status"))[1]
    assert "BAD  filling" in (await small.run("doctor"))[1]

    code, out, err = await small.run("model", "apply")

    assert (code, "is in force since" in err, f"{ACCOUNTS:,} groups filled" in out) == (0, True, True), err
    assert (await audited(small))["incomplete"] == {}
    assert await models(small) == 2


@pytest.mark.parametrize(
    "command", [("model", "show"), ("model", "diff"), ("model", "apply"), ("model", "check", "files")]
)
async def test_a_model_file_that_raises_is_reported_with_its_line(small: Shell, command: tuple[str, ...]) -> None:
    text = SMALL + "\n\nprint(1 / 0)\n"
    small.write("raises.py", text)
    use(small, "raises.py")

    code, _, err = await small.run(*command)

    assert (code, f"raises.py:{text.count(chr(10))}: raises ZeroDivisionError" in err) == (2, True), err


async def test_a_database_of_before_takes_the_model_that_fits_its_tables_and_no_other(small: Shell) -> None:
    worker = small.stack.start_worker()
    await loaded(small)
    worker.stop()
    await small.stack.fetch("DELETE FROM model")
    use(small, "big.py")
    misfit = small.stack.start_worker()
    assert await misfit.ended() == 1
    line = last_line(misfit)
    for part in (
        "do not fit the model",
        "totals has no column largest",
        "there is no table kinds",
        "ingest model apply",
    ):
        assert part in line
    assert await models(small) == 0

    use(small, "small.py")
    small.stack.start_worker()
    await small.stack.workers[-1].ready()

    assert await models(small) == 1
    await audited(small)


async def test_files_are_checked_and_nothing_is_published(small: Shell) -> None:
    small.write("files/bad.csv", "reference,account,amount,category\nR1,A1,1001,food\nR2,A2,5,\n")
    small.write("files/other.csv", "a,b\n1,2\n")

    code, out, err = await small.run("model", "check", "files")

    assert code == 1
    assert ("files/bad.csv" in out, "6,000" in out, "1001" in err, "other.csv" in err) == (True, True, True, True), err
    assert "nothing is published" in err

    small.write("own.csv", "ref;account;amount;category\nR1;A1;5;food\n")
    code, out, err = await small.run("model", "check", "own.csv", "--columns", "ref=reference", "--delimiter", ";")
    assert (code, "own.csv" in out) == (0, True), err
