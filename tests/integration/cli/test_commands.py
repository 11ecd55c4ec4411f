"""The command as a person uses it, with a worker and real servers."""

from __future__ import annotations

import asyncio
import signal

from models.settings.environment import Settings
from tests.conditions import until
from tests.integration.cli.shell import EXPERIMENTS, USERS, Shell
from tests.processes import Stack

BAD_USERS = USERS + '1,Ada,,2024-01-01\nx2,"Bo\nb",,2024-01-32\n3,=1+2,,2024-13-01\n4,Di,,2024-01-04\n'


async def test_a_wrong_file_is_loaded_exported_corrected_and_replayed(shell: Shell, stack: Stack) -> None:
    await stack.start_worker().ready()
    shell.write("users.csv", BAD_USERS)
    code, out, err = await shell.run("load", "users.csv")
    assert code == 1
    assert 'users.csv:3: user_id: "x2" is not a whole number' in err
    assert 'signup_date: "2024-01-32" is not a valid date' in err
    assert "applied in" in out

    rejects = await shell.json("rejects", "list")
    assert [(reject["line"], reject["code"], reject["row_id"]) for reject in rejects] == [
        (5, "no_such_day", "3"),
        (3, "bad_id", None),
    ]
    details = await shell.json("rejects", "show", str(rejects[1]["number"]))
    assert details["original"] == 'x2,"Bo\nb",,2024-01-32'
    assert [fault["code"] for fault in details["faults"]] == ["bad_id", "no_such_day"]

    # The export is the file's own header and rows, and loads as it is: the same rows are rejected.
    assert (await shell.run("rejects", "export", "mend"))[0] == 0
    exported = shell.read("mend/users.csv")
    assert exported == USERS + 'x2,"Bo\nb",,2024-01-32\n3,=1+2,,2024-13-01\n'
    assert (await shell.run("rejects", "export", "mend"))[0] == 2  # nothing is overwritten
    code, _, err = await shell.run("rejects", "replay", "mend/users.csv")
    assert (code, len(await shell.json("rejects", "list"))) == (1, 2)

    # One row corrected: its reject is resolved, though its id was what was wrong; the other stays open.
    shell.write("mend/users.csv", exported.replace("x2", "2").replace("01-32", "01-31"))
    code, _, err = await shell.run("rejects", "replay", "mend/users.csv")
    assert code == 1
    assert "mend/users.csv:4: signup_date" in err
    [left] = await shell.json("rejects", "list")
    assert left["row_id"] == "3"
    # The other one corrected in its own file: resolved by itself.
    shell.write("users.csv", BAD_USERS.replace("2024-13-01", "2024-12-01"))
    assert (await shell.run("load", "users.csv"))[0] == 1
    states = {reject["code"]: reject["state"] for reject in await shell.json("rejects", "list", "--state", "all")}
    assert states["no_such_day"] == "resolved"
    names = await stack.fetch("SELECT name FROM users ORDER BY user_id")
    assert [row["name"] for row in names] == ["Ada", "Bo\nb", "=1+2", "Di"]


async def test_a_load_can_be_followed_and_a_file_is_loaded_once(shell: Shell, stack: Stack) -> None:
    await stack.start_worker().ready()
    shell.write("users.csv", USERS + "1,Ada,,2024-01-01\n")
    assert (await shell.run("load", "users.csv"))[0] == 0
    [load] = await shell.json("loads")
    assert (load["state"], load["read"], load["paths"]) == ("applied", 1, ["users.csv"])
    details = await shell.json("loads", "show", load["load"])
    assert [(file["complete"], file["size"]) for file in details["files"]] == [(True, 49)]
    assert [at["reached"] >= at["next_offset"] for at in details["partitions"]] == [True]

    code, out, err = await shell.run("load", "users.csv")
    assert (code, out) == (0, "")
    assert f"users.csv: skipped: load {load['load']} loaded it" in err
    assert (await shell.json("load", "users.csv", "--again"))["published"] == 1
    # Another content and back again: that is a change, and not a file that was loaded before.
    shell.write("users.csv", USERS + "1,Eve,,2024-01-01\n")
    assert (await shell.json("load", "users.csv"))["published"] == 1
    shell.write("users.csv", USERS + "1,Ada,,2024-01-01\n")
    assert (await shell.json("load", "users.csv"))["published"] == 1
    assert (await stack.fetch("SELECT name FROM users"))[0]["name"] == "Ada"

    findings = await shell.json("doctor")
    assert {finding["check"] for finding in findings if not finding["ok"]} == set()
    status = await shell.json("status")
    assert (status["rows"]["users"], status["lag"], status["open_rejects"]) == (1, 0, 0)
    assert (await shell.json("audit"))["equal"] is True
    assert [user["name"] for user in await shell.json("report")] == ["Ada"]

    shell.write("gone.csv", "user_id\n1x\n")
    code, _, err = await shell.run("load", "--delete", "gone.csv")
    assert (code, "1x" in err, "ingest rejects export" in err) == (1, True, False), err


async def test_an_interrupted_load_goes_on_where_it_was_and_counts_nothing_twice(shell: Shell, stack: Stack) -> None:
    await stack.start_worker().ready()
    rows = [f"{number},{number % 7 + 1},1;2,1.5\n" for number in range(1, 400_001)]
    shell.write("x.csv", EXPERIMENTS + "".join(rows))

    async def is_publishing() -> bool:
        return bool((await stack.fetch("SELECT sum(next_offset) AS n FROM stream_offsets"))[0]["n"])

    process = shell.start("load", "x.csv", "--rate", "100000")
    await until(is_publishing, "rows are published")
    process.send_signal(signal.SIGINT)
    _, err = await asyncio.to_thread(process.communicate, timeout=60)
    assert process.returncode == 130
    published = int(err.split("interrupted: ")[1].split(" rows")[0].replace(",", ""))
    assert 0 < published < 400_000
    assert f"up to line {published + 1:,} of x.csv" in err

    async def is_told() -> bool:
        return bool(await stack.fetch("SELECT FROM load_report WHERE state = 'failed' AND reached"))

    await until(is_told, "Postgres knows how far the load came")
    resumed = await shell.json("load", "x.csv", "--resume")
    assert (resumed["published"], resumed["applied"]) == (400_000 - published, True)
    assert f"resuming after line {published + 1:,}" in resumed["notes"][0]
    [count] = await stack.fetch("SELECT count(*) AS rows, count(DISTINCT load_id) AS loads FROM experiments")
    assert tuple(count) == (400_000, 2)
    await stack.assert_audit_is_equal()
    # Now it is loaded as a whole; a file that begins otherwise is not gone on with.
    assert "skipped" in (await shell.run("load", "x.csv"))[2]
    shell.write("x.csv", EXPERIMENTS + "".join(rows[1:]))
    assert (await shell.json("load", "x.csv", "--resume"))["published"] == 399_999


async def test_limits_stop_a_load_of_the_wrong_format(shell: Shell, stack: Stack, empty_database: Settings) -> None:
    # No worker has made the tables yet.
    stack.environment["DATABASE_URL"] = empty_database.database_url
    shell.write("x.csv", EXPERIMENTS + "1,1,1,1\n" * 40 + "1,1,1,-1\n" * 100_000)
    code, _, err = await shell.run("load", "x.csv", "--no-wait", "--max-rejects", "10%")
    assert code == 5
    assert "x.csv:101: stopped, as 60 of 100 rows are bad and the limit is 10%" in err
    assert (await shell.json("load", "x.csv", "--no-wait", "--on-error", "stop"))["read"] == 41
    code, _, err = await shell.run("load", "x.csv", "--no-wait", "--on-error", "nonsense")
    assert code == 2
    assert "'nonsense' is not one of 'reject', 'stop'." in err
    for command in (("loads",), ("rejects", "list"), ("report",)):
        code, _, err = await shell.run(*command)
        assert code == 4
        assert "start the worker" in err
    assert stack.workers == []
