"""docs/runbook.md and docs/metrics.md: lag, poison records, clocks, disks, deletions, alerts."""

from __future__ import annotations

import time

from aiokafka import AIOKafkaProducer

from tests.conditions import until
from tests.fenced_blocks import blocks, blocks_under
from tests.integration.operations.files import experiments, load, stored, until_stored
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


def looks(page: str, *headings: str) -> list[str]:
    """The commands of a page or of some of its sections, but for those of containers and of the web pages."""
    return [
        line
        for block in blocks(page)
        if block.language == "sh" and (not headings or block.heading in headings)
        for line in block.text.splitlines()
        if not line.startswith(OF_OTHER_MACHINES)
    ]


async def test_looking_shows_poison_records_a_lag_and_rows_from_the_future_and_changes_nothing(
    operator: OperatorShell,
) -> None:
    stack = operator.stack
    worker = stack.start_worker()
    await worker.ready()
    await publish(stack, b"\x00 no record of ours")
    await publish(stack, record(1, 7.0), timestamp_ms=int(time.time() * 1000) + 600_000)
    await load(stack, experiments(operator.folder, "x.csv", range(1, 11)))
    (operator.folder / "users.csv").write_text("user_id,name,email,signup_date\n1,Ada,,2024-01-01\nx,Bo,,2024-01-01\n")
    assert (await stack.load(operator.folder / "users.csv")).returncode == 1
    await until_stored(stack, {1: 7.0} | dict.fromkeys(range(2, 11), 1.5))

    async def are_told() -> bool:
        return len(await stack.fetch("SELECT FROM rejects")) == 2

    await until(are_told, "the poison record and the bad row are rejected")
    [lag, poison, future] = [
        "\n".join(blocks_under(RUNBOOK, heading)) for heading in ("Lag", "Poison records", "Clocks")
    ]
    assert "exact-features  experiments" in (await operator.run(lag)).stdout
    worker.stop()
    await stack.load(experiments(operator.folder, "y.csv", range(11, 31)), wait=False)
    assert "experiments           4       32           20" in (await operator.run(lag)).stdout
    assert "no record of ours" in (await operator.run(poison)).stdout
    assert "(1 row)" in (await operator.run(future)).stdout
    # A lag that stands still for a minute is bad news, and the looks may take as long on a busy machine.
    stack.start_worker()
    await until_stored(stack, {1: 7.0} | dict.fromkeys(range(2, 31), 1.5))
    before = await stored(stack)
    for command in [*looks(RUNBOOK, "Look first", "Disk full"), *looks("docs/metrics.md")]:
        shown = await operator.run(command)
        assert "BAD" not in shown.stdout
    assert await stored(stack) == before


async def test_old_deletions_are_pruned_but_for_those_that_are_needed(operator: OperatorShell) -> None:
    stack, folder = operator.stack, operator.folder
    worker = stack.start_worker()
    await load(stack, experiments(folder, "x.csv", range(1, 21)))
    (folder / "gone.csv").write_text("experiment_id\n" + "".join(f"{number}\n" for number in range(1, 11)))
    (folder / "users.csv").write_text("user_id\n1\n99\n")
    done = await stack.run("producers.csv", "--delete", str(folder / "gone.csv"), str(folder / "users.csv"), "--wait")
    assert done.returncode == 0, done.stderr
    wanted = await stored(stack)
    # Old but for one; a reject that is resolved by its deletion.
    await stack.fetch("UPDATE deletions SET published_at = now() - interval '91 days' WHERE key <> '2'")
    await stack.fetch(
        "INSERT INTO rejects (reject_id, reason, kind, row_id, published_at)"
        " VALUES (gen_random_uuid(), 'bad', 'experiments', '3', now() - interval '92 days')"
    )
    [prune] = blocks_under(RUNBOOK, "Prune the table of deletions")
    await operator.run(prune)
    left = await stack.fetch("SELECT topic, key FROM deletions ORDER BY 1, 2")
    assert [tuple(row) for row in left] == [("experiments", "2"), ("experiments", "3"), ("users", "1")]
    assert await stack.fetch("SELECT FROM reject_report WHERE state = 'resolved'")
    await stack.assert_audit_is_equal()
    # A rebuild has them all again, and the same rows.
    worker.stop()
    rebuilt = await stack.run("cli", "rebuild", "--yes")
    assert "fewer rows than before: rejects;" in rebuilt.stderr  # the one made by hand
    [count] = await stack.fetch("SELECT count(*) AS n FROM deletions")
    assert (count["n"], await stored(stack)) == (12, wanted)
