"""`ingest rebuild` with real servers: what it makes is what was there, and it refuses where that is not sure."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition

from models.declaration.loading import load_model
from streams.maintenance.rebuild_statements import emptied
from tests.conditions import until
from tests.fenced_blocks import blocks_under
from tests.operator_shell import OperatorShell
from tests.processes import Stack

DATA = Path(__file__).parents[3] / "data"
TOLD_ANEW = {
    "user_features": ("version", "updated_at"),
    # Of these counters only the sums mean something: a transaction of several partitions counts at one of them.
    "stream_offsets": ("updated_at", "row_count", "feature_rows"),
    "rejects": ("number", "rejected_at"),
}
"""What a rebuild makes anew in each table, and means the same."""
COUNTERS = """
SELECT topic, sum(row_count) AS rows, sum((feature_rows ->> 'user_features')::bigint) AS groups
FROM stream_offsets GROUP BY topic ORDER BY topic
"""
ROWS = 100_000


async def content(stack: Stack) -> dict[str, list[str]]:
    """All rows of all tables, without what is told anew."""
    return {
        table: [
            row["row"]
            for row in await stack.fetch(
                f"SELECT (to_jsonb(t) - $1::text[])::text AS row FROM {table} AS t ORDER BY 1",  # noqa: S608  # a table of ours
                list(TOLD_ANEW.get(table, ())),
            )
        ]
        for table in emptied(load_model("models.lab"))
    } | {"counters": [str(await stack.fetch(COUNTERS))]}


@pytest.fixture
async def filled(stack: Stack, tmp_path: Path) -> Stack:
    """Rows, rejects, loads and a deletion, and no worker."""
    worker = stack.start_worker()
    await stack.load(DATA)
    (tmp_path / "gone.csv").write_text("experiment_id\n1\n")
    deleted = await stack.run("producers.csv", "--delete", str(tmp_path / "gone.csv"), "--wait")
    assert deleted.returncode == 0, deleted.stderr
    worker.stop()
    return stack


async def test_all_tables_come_back_as_they_were_in_place_and_in_a_new_database(
    filled: Stack, operator: OperatorShell
) -> None:
    in_place, in_a_new_database = blocks_under("docs/runbook.md", "Rebuild Postgres from the log")
    before = await content(filled)
    assert {table for table, rows in before.items() if not rows} == {"model_fills", "reject_resolutions"}
    await filled.fetch("UPDATE user_features SET total_run_time = 7")
    await filled.fetch("DELETE FROM experiments WHERE experiment_id % 2 = 0")
    for commands in (in_place, in_a_new_database):
        rebuilt = await operator.run(commands)
        assert "features of 9 users equal the SQL aggregate over 14 experiments" in rebuilt.stdout
        assert await content(filled) == before
        [rebuild] = await filled.fetch("SELECT * FROM rebuilds")
        assert rebuild["ended_at"] is not None
    assert filled.environment["DATABASE_URL"].endswith("/features_anew")
    # A worker goes on from there.
    await filled.start_worker().ready()
    again = await filled.run("cli", "load", str(DATA / "users.csv"), "--again")
    assert again.returncode == 0, again.stderr
    await filled.assert_audit_is_equal()


async def test_nothing_is_changed_while_a_worker_runs_or_when_nobody_said_yes(filled: Stack) -> None:
    before = await content(filled)
    unasked = await filled.run("cli", "rebuild")
    assert (unasked.returncode, "users 10" in unasked.stderr, "give --yes" in unasked.stderr) == (2, True, True)
    worker = filled.start_worker()
    await worker.ready()
    beside = await filled.run("cli", "rebuild", "--yes")
    assert (beside.returncode, "stop all workers first: 1 read from Kafka" in beside.stderr) == (2, True), beside.stderr
    assert worker.is_running
    assert await content(filled) == before


async def test_a_log_that_lacks_records_is_refused_and_accepted_when_told(filled: Stack) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=filled.environment["KAFKA_BOOTSTRAP_SERVERS"])
    await admin.start()
    [partition, *_] = await filled.fetch(
        "SELECT partition FROM stream_offsets WHERE topic = 'users' AND next_offset > 0 ORDER BY next_offset DESC"
    )
    await admin.delete_records({TopicPartition("users", partition["partition"]): RecordsToDelete(before_offset=1)})
    await admin.close()
    before = await content(filled)
    refused = await filled.run("cli", "rebuild", "--yes")
    assert refused.returncode == 2
    assert f"users[{partition['partition']}]: records 0 to 0 were deleted from the topic" in refused.stderr
    assert await content(filled) == before
    accepted = await filled.run("cli", "rebuild", "--yes", "--accept-loss")
    assert accepted.returncode == 1
    assert "fewer rows than before: users" in accepted.stderr
    [lost] = await filled.fetch("SELECT reason FROM rejects WHERE code = 'lost'")
    assert "records 0 to 0" in lost["reason"]


async def test_a_topic_made_anew_is_a_loss_also_after_it_was_read(filled: Stack) -> None:
    await filled.delete_topic("compounds")
    refused = await filled.run("cli", "rebuild", "--yes")
    assert (refused.returncode, "records were read from a topic that is gone" in refused.stderr) == (2, True)
    worker = filled.start_worker()

    async def is_read_anew() -> bool:
        return not await filled.fetch("SELECT FROM stream_offsets WHERE topic = 'compounds' AND next_offset > 0")

    await until(is_read_anew, "the topic is read from its start")
    worker.stop()
    refused = await filled.run("cli", "rebuild", "--yes")
    assert refused.returncode == 2
    assert "compounds: 1 loads published to a topic of that name that is gone" in refused.stderr, refused.stderr
    assert len(await filled.fetch("SELECT 1 FROM compounds")) == 6


async def test_an_interrupted_rebuild_goes_on_where_it_was(stack: Stack, tmp_path: Path) -> None:
    rows = (f"{number},{number % 999 + 1},1;2,1.5\n" for number in range(1, ROWS + 1))
    file = tmp_path / "x.csv"
    file.write_text("experiment_id,user_id,experiment_compound_ids,experiment_run_time\n" + "".join(rows))
    loaded = await stack.load(file, wait=False)
    assert loaded.returncode == 0, loaded.stderr
    # So that it takes a while.
    stack.environment["MAX_BATCH_RECORDS"] = "1000"

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "cli", "rebuild", "--json"]
        return subprocess.Popen(
            command, env=stack.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    async def applied() -> int:
        [row] = await stack.fetch("SELECT coalesce(sum(next_offset), 0)::bigint AS n FROM stream_offsets")
        return int(row["n"])

    async def is_under_way() -> bool:
        if not await stack.fetch("SELECT WHERE to_regclass('stream_offsets') IS NOT NULL"):
            return False
        return await applied() > 0

    # A database without tables is nothing to ask about.
    process = start()
    await until(is_under_way, "the first records are applied")
    process.send_signal(signal.SIGTERM)
    _, said = await asyncio.to_thread(process.communicate, timeout=60)
    assert process.returncode == 130, said
    assert "run `ingest rebuild` again" in said
    kept = await applied()
    assert 0 < kept < ROWS
    assert not await stack.fetch("SELECT FROM pg_stat_activity WHERE application_name = 'exact-features worker'")
    stack.environment["MAX_BATCH_RECORDS"] = "200000"
    process = start()
    _, said = await asyncio.to_thread(process.communicate, timeout=120)
    assert process.returncode == 0, said
    assert "resuming the rebuild" in said
    # The tables were emptied once.
    [found] = await stack.fetch(
        "SELECT (SELECT count(*) FROM experiments) AS stored, (SELECT count(*) FROM rebuilds) AS rebuilds"
    )
    assert tuple(found) == (ROWS, 1)
