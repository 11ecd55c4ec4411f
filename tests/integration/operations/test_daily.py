"""docs/runbook.md and docs/metrics.md: lag, poison records, clocks, disks, deletions, alerts."""

from __future__ import annotations

import time

import pytest
from aiokafka import AIOKafkaProducer

from tests.conditions import until
from tests.fenced_blocks import blocks, blocks_under
from tests.integration.operations.files import experiments, load, stored
from tests.operator_shell import OperatorShell
from tests.processes import Stack

RUNBOOK = "docs/runbook.md"
OF_OTHER_MACHINES = ("docker ", "curl ")
"""Commands of a deployment with containers, or to a worker's web pages at their usual port."""


async def publish(stack: Stack, value: bytes, *, timestamp_ms: int | None = None) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
    await producer.start()
    await producer.send_and_wait("experiments", value, key=b"1", timestamp_ms=timestamp_ms)
    await producer.stop()


def record(experiment_id: int, run_time: float) -> bytes:
    return (
        b'{"experiment_id":%d,"user_id":1,"experiment_compound_ids":[1],"experiment_run_time":%.1f}'
        % (experiment_id, run_time)
    )  # fmt: skip


async def test_a_poison_record_is_told_with_its_place_and_stops_nothing(shell: OperatorShell) -> None:
    stack = shell.stack
    await stack.start_worker().ready()
    await publish(stack, b"\x00 no record of ours")
    await load(stack, experiments(shell.folder, "x.csv", range(1, 11)))

    async def is_told() -> bool:
        return bool(await stack.fetch("SELECT FROM rejects"))

    await until(is_told, "the record is rejected")
    [look] = blocks_under(RUNBOOK, "Poison records")
    looked = await shell.run(look)
    assert "no record of ours" in looked.stdout
    assert len(await stored(stack)) == 10


async def test_a_lag_and_who_reads_what_are_shown(shell: OperatorShell) -> None:
    worker = shell.stack.start_worker()
    await load(shell.stack, experiments(shell.folder, "x.csv", range(1, 11)))
    [look] = blocks_under(RUNBOOK, "Lag")
    shown = (await shell.run(look)).stdout
    assert "exact-features  experiments" in shown
    worker.stop()
    await shell.stack.load(experiments(shell.folder, "y.csv", range(11, 31)), wait=False)
    assert "experiments           4       30           20" in (await shell.run(look)).stdout


async def test_rows_from_the_future_are_found_and_win_until_their_time_has_come(shell: OperatorShell) -> None:
    stack = shell.stack
    await stack.start_worker().ready()
    await publish(stack, record(1, 7.0), timestamp_ms=int(time.time() * 1000) + 600_000)
    await load(stack, experiments(shell.folder, "x.csv", [1, 2]))
    assert await stored(stack) == {1: 7.0, 2: 1.5}
    [look] = blocks_under(RUNBOOK, "Clocks")
    assert "(1 row)" in (await shell.run(look)).stdout


async def test_old_deletions_are_pruned_but_for_those_that_are_needed(shell: OperatorShell) -> None:
    stack, folder = shell.stack, shell.folder
    worker = stack.start_worker()
    await load(stack, experiments(folder, "x.csv", range(1, 21)))
    (folder / "gone.csv").write_text("experiment_id\n" + "".join(f"{number}\n" for number in range(1, 11)))
    (folder / "users.csv").write_text("user_id\n1\n99\n")
    done = await stack.run("producers.csv", "--delete", str(folder / "gone.csv"), str(folder / "users.csv"), "--wait")
    assert done.returncode == 0, done.stderr
    wanted = await stored(stack)
    # Old but for one; a reject that is resolved by its deletion.
    await stack.fetch("UPDATE deletions SET published_at = now() - interval '91 days' WHERE id <> 2")
    await stack.fetch(
        "INSERT INTO rejects (reject_id, reason, kind, row_id, published_at)"
        " VALUES (gen_random_uuid(), 'bad', 'experiments', 3, now() - interval '92 days')"
    )
    [prune] = blocks_under(RUNBOOK, "Prune the table of deletions")
    await shell.run(prune)
    left = await stack.fetch("SELECT topic, id FROM deletions ORDER BY 1, 2")
    assert [tuple(row) for row in left] == [("experiments", 2), ("experiments", 3), ("users", 1)]
    assert await stack.fetch("SELECT FROM reject_report WHERE state = 'resolved'")
    await stack.assert_audit_is_equal()
    # A rebuild has them all again, and the same rows.
    worker.stop()
    rebuilt = await stack.run("cli", "rebuild", "--yes")
    assert "fewer rows than before: rejects;" in rebuilt.stderr  # the one made by hand
    [count] = await stack.fetch("SELECT count(*) AS n FROM deletions")
    assert (count["n"], await stored(stack)) == (12, wanted)


@pytest.mark.parametrize(("page", "headings"), [(RUNBOOK, {"Disk full"}), ("docs/metrics.md", None)])
async def test_what_is_to_be_looked_at_can_be_looked_at(
    shell: OperatorShell, page: str, headings: set[str] | None
) -> None:
    """The commands of the alerts, but for those of containers and of the web pages."""
    await shell.stack.start_worker().ready()
    await shell.stack.load(shell.folder / "data")
    commands = [
        line
        for block in blocks(page)
        if block.language == "sh" and (headings is None or block.heading in headings)
        for line in block.text.splitlines()
        if not line.startswith(OF_OTHER_MACHINES)
    ]
    assert len(commands) >= 2
    for command in commands:
        await shell.run(command)
