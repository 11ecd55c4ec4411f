"""docs/runbook.md: a database that the first edition made is brought along, and back.

`first_edition/` has that database as pg_dump wrote it, and the files that were loaded into it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.client import AIOKafkaClient

from models.clients.topic_ids import TopicIdsRequest, topic_ids
from tests.fenced_blocks import ROOT, blocks_under
from tests.integration.operations.files import load
from tests.operator_shell import OperatorShell
from tests.processes import Stack

RUNBOOK = "docs/runbook.md"
HEADING = "From revision 0006 or before"
FILES = Path(__file__).parent / "first_edition"
OLD_CHANGELOG = "exact-features-user_aggregates-changelog"
MOST_RECORDS = 4
"""Of a partition of `rejects` or `loads` in the dump."""
ROW_TOPICS = ("users", "compounds", "experiments")
KEPT = {
    "users": "SELECT * FROM users ORDER BY user_id",
    "compounds": "SELECT * FROM compounds ORDER BY compound_id",
    "experiments": "SELECT * FROM experiments ORDER BY experiment_id",
    "features": "SELECT * FROM user_features ORDER BY user_id",
    "report": "SELECT * FROM user_report ORDER BY user_id",
    "deletions": "SELECT topic, {key}::text AS key, published_at, load_id, line FROM deletions ORDER BY 1, 2",
    "rejects": "SELECT number, state, file, line, faults, code, row_id::text FROM reject_report ORDER BY number",
    "loads": "SELECT * FROM load_report ORDER BY load_id",
    "offsets": "SELECT topic, partition, topic_id, next_offset, row_count, updated_at "
    "FROM stream_offsets ORDER BY topic, partition",
}
"""What an upgrade leaves as it is, `updated_at` and `version` among it."""


@pytest.fixture
async def first_edition(operator: OperatorShell) -> OperatorShell:
    """A database of the first edition, and a Kafka that has the records that it was made from."""
    await _publish(operator.stack)
    dump = (FILES / "database.sql").read_text(encoding="utf-8")
    # The topics have other ids here than where it was made.
    ids = await _topic_ids(operator.stack, [*ROW_TOPICS, "rejects", "loads"])
    for topic, old in dict(re.findall(r"^(\w+)\t\d+\t([0-9a-f-]{36})\t", dump, re.MULTILINE)).items():
        dump = dump.replace(old, ids[topic])
    (operator.folder / "database.sql").write_text(dump, encoding="utf-8")
    await operator.run(
        'psql -qX -v ON_ERROR_STOP=1 "$DATABASE_URL" -c "DROP SCHEMA public CASCADE" -c "CREATE SCHEMA public" '
        "-f database.sql"
    )
    for topic in ("rejects", "loads"):
        for partition, end in (await _filled(operator.stack, topic)).items():
            await operator.stack.fetch(
                "UPDATE stream_offsets SET next_offset = $3 WHERE topic = $1 AND partition = $2", topic, partition, end
            )
    return operator


async def test_a_database_of_the_first_edition_is_brought_along_and_nothing_is_read_again(
    first_edition: OperatorShell,
) -> None:
    stack = first_edition.stack
    before = await _kept(stack, key="id")
    [migrate] = blocks_under(RUNBOOK, "Upgrade")
    await first_edition.run(migrate)
    assert await _kept(stack) == before
    await stack.start_worker().ready()
    # Whatever the worker were to read again, it would have read before this row.
    await load(stack, _experiments(first_edition.folder, "new.csv", "1001,30,1,2.5"))
    after = await _kept(stack)
    assert [row for row in after["features"] if row["user_id"] != 30] == before["features"]
    assert [row for row in after["experiments"] if row["experiment_id"] != 1001] == before["experiments"]
    assert {row["topic"] for row in _changed(before, after, "offsets")} == {"experiments", "loads"}
    for unchanged in ("users", "compounds", "deletions", "rejects"):
        assert after[unchanged] == before[unchanged]
    await stack.assert_audit_is_equal()


async def test_commands_say_that_the_database_is_of_an_older_release(first_edition: OperatorShell) -> None:
    doctor = await first_edition.stack.run("cli", "doctor")
    assert "BAD  tables    at revision 0006; this release needs" in doctor.stdout
    assert "python -m streams.schema" in doctor.stdout
    status = await first_edition.stack.run("cli", "status")
    assert "has tables of another release or model" in status.stderr
    assert "ingest doctor" in status.stderr


async def test_what_comes_after_the_upgrade_is_exact_for_groups_of_before(first_edition: OperatorShell) -> None:
    stack = first_edition.stack
    stack.start_worker()  # which migrates
    # A new row, a correction, one that moves to another user, and one that had been deleted.
    rows = ("1001,1,3;3,1.5", "1,5,8,0.25", "2,6,2;4,9.5", "21,7,1,1")
    await load(stack, _experiments(first_edition.folder, "later.csv", *rows))
    await stack.assert_audit_is_equal()
    [again] = await stack.fetch("SELECT user_id, experiment_run_time FROM experiments WHERE experiment_id = 21")
    assert (again["user_id"], again["experiment_run_time"]) == (7, 1)
    deleted = await stack.run("producers.csv", "--delete", "--wait", str(FILES / "corrections.csv"))
    assert deleted.returncode == 0, deleted.stderr
    await stack.assert_audit_is_equal()


async def test_loads_and_rejects_of_before_are_listed_and_can_be_corrected(first_edition: OperatorShell) -> None:
    stack = first_edition.stack
    await stack.start_worker().ready()
    loads = await stack.run("cli", "loads")
    assert loads.stdout.count(" applied ") == 5
    listed = await stack.run("cli", "rejects", "list", "--state", "all")
    assert "empty_compound_id" in listed.stdout, "a code that only the first edition has"
    exported = first_edition.folder / "fix"
    await first_edition.run("ingest rejects export fix")
    rows = (exported / "user_experiments.csv").read_text().replace("1;;2", "1;2").replace(",-1", ",1")
    (exported / "user_experiments.csv").write_text(rows)
    await first_edition.run("ingest rejects replay fix/user_experiments.csv")
    left = await stack.fetch("SELECT file FROM reject_report WHERE state = 'open'")
    assert {row["file"] for row in left} == {"users.csv"}
    await stack.assert_audit_is_equal()


async def test_what_no_worker_reads_any_more_is_deleted_and_the_database_can_go_back(
    first_edition: OperatorShell,
) -> None:
    stack = first_edition.stack
    before = await _kept(stack, key="id")
    columns = await _columns(stack)
    counters = await stack.fetch("SELECT topic, partition, active_users FROM stream_offsets ORDER BY 1, 2")
    delete, downgrade = blocks_under(RUNBOOK, HEADING)
    store = Path(stack.environment["STORE_DIR"], "worker-1", "v1", "tables")
    for name in ("user_aggregates-0.db", "user_features-0.db"):
        (store / name).mkdir(parents=True)
    await first_edition.run(
        f'kafka-topics.sh --bootstrap-server "$KAFKA_BOOTSTRAP_SERVERS" --create --topic {OLD_CHANGELOG}'
    )
    [migrate] = blocks_under(RUNBOOK, "Upgrade")
    await first_edition.run(migrate)
    await first_edition.run(delete)
    assert [path.name for path in store.iterdir()] == ["user_features-0.db"]  # noqa: ASYNC240  # a folder of two entries
    assert OLD_CHANGELOG not in await _topic_ids(stack, [OLD_CHANGELOG])
    await first_edition.run(f"cd {ROOT} && {downgrade}")
    assert await _kept(stack, key="id") == before
    assert await _columns(stack) == columns
    assert await stack.fetch("SELECT topic, partition, active_users FROM stream_offsets ORDER BY 1, 2") == counters


async def _publish(stack: Stack) -> None:
    """All that the first edition published, in its order."""
    loads = (
        ["users.csv", "compounds.csv", "user_experiments.csv"],
        ["corrections.csv"],
        ["--delete", "deleted_experiments.csv"],
        ["--delete", "deleted_users.csv"],
        ["corrected.csv"],
    )
    for arguments in loads:
        given = [argument if argument.startswith("--") else str(FILES / argument) for argument in arguments]
        done = await stack.run("producers.csv", *given)
        assert done.returncode in {0, 1}, done.stderr


async def _filled(stack: Stack, topic: str) -> dict[int, int]:
    """Where each partition ends. Before that are at least as many records as the first edition had, of any kind.

    A load goes to any partition of these topics, so that they are not filled as they were.
    """
    servers = {"bootstrap_servers": stack.environment["KAFKA_BOOTSTRAP_SERVERS"]}
    async with AIOKafkaProducer(**servers) as producer:
        partitions = sorted(await producer.partitions_for(topic))
        sent = [
            await producer.send_and_wait(topic, b"not to be read", partition=each)
            for each in partitions
            for _ in range(MOST_RECORDS)
        ]
    return {each.partition: each.offset + 1 for each in sent}


async def _topic_ids(stack: Stack, topics: list[str]) -> dict[str, str]:
    client = AIOKafkaClient(bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
    try:
        await client.bootstrap()
        found = topic_ids(await client.send(client.get_random_node(), TopicIdsRequest(topics)))
    finally:
        await client.close()
    return {topic: str(number) for topic, number in found.items()}


async def _kept(stack: Stack, key: str = "key") -> dict[str, list[dict[str, Any]]]:
    return {what: [dict(row) for row in await stack.fetch(query.replace("{key}", key))] for what, query in KEPT.items()}


def _changed(before: dict[str, Any], after: dict[str, Any], what: str) -> list[dict[str, Any]]:
    return [row for row in after[what] if row not in before[what]]


async def _columns(stack: Stack) -> set[tuple[str, str, str]]:
    rows = await stack.fetch(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
    )
    return {tuple(row) for row in rows}


def _experiments(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join(["experiment_id,user_id,experiment_compound_ids,experiment_run_time", *rows, ""]))
    return path
