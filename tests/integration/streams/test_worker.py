from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from tests.conditions import until
from tests.integration.streams.store import Table
from tests.processes import Stack

CHANGELOG = "exact-features-user_features-changelog"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    rows = "".join(f"{number},{number % 20 + 1},1;2,1.5\n" for number in range(1, 201))
    (folder / "user_experiments.csv").write_text(
        "experiment_id,user_id,experiment_compound_ids,experiment_run_time\n" + rows
    )
    return folder


async def send(stack: Stack, topic: str, values: list[bytes | None], partition: int = 0) -> None:
    """Publish as another client would: no headers, Kafka's own timestamps."""
    producer = AIOKafkaProducer(bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
    await producer.start()
    try:
        for value in values:
            await producer.send_and_wait(topic, value, key=b"7", partition=partition)
    finally:
        await producer.stop()


async def changelog(stack: Stack) -> dict[int, bytes | None]:
    """What the changelog says of each user."""
    consumer = AIOKafkaConsumer(bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
    await consumer.start()
    try:
        partitions = [TopicPartition(CHANGELOG, number) for number in range(4)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        found: dict[int, bytes | None] = {}
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found |= {int(record.key): record.value for record in records}
        return found
    finally:
        await consumer.stop()


async def batches_rebuilt_by_next_load(stack: Stack, folder: Path) -> int:
    """Publish one more experiment of each user; in how many batches users had to be recomputed, by the logs."""
    (folder / "more.csv").write_text(
        "experiment_id,user_id,experiment_compound_ids,experiment_run_time\n"
        + "".join(f"{1000 + user},{user},3,1\n" for user in range(1, 21))
    )
    assert (await stack.load(folder / "more.csv")).returncode == 0
    return sum(worker.log().count("recomputed from their rows") for worker in stack.workers)


async def test_the_changelog_holds_each_users_aggregate_with_its_version(stack: Stack, folder: Path) -> None:
    stack.start_worker()
    assert (await stack.load(folder)).returncode == 0
    rows = await stack.fetch("SELECT user_id, version, total_experiments FROM user_features")

    async def is_complete() -> bool:
        return len(await changelog(stack)) == len(rows)

    await until(is_complete, "the changelog holds all users")
    found = await changelog(stack)
    table = Table()
    states = table.decoded(pa.record_batch({"user_id": pa.array(found, pa.int64())}), list(found.values()))
    versions = zip(states["version"].to_pylist(), table.states.rows(states).tolist(), strict=True)
    assert {row["user_id"]: (row["version"], row["total_experiments"]) for row in rows} == dict(
        zip(found, versions, strict=True)
    )


async def test_a_worker_without_its_store_recovers_the_table_from_the_changelog(stack: Stack, folder: Path) -> None:
    worker = stack.start_worker()
    assert (await stack.load(folder)).returncode == 0
    worker.stop()
    shutil.rmtree(stack.environment["STORE_DIR"])
    worker = stack.start_worker()
    await worker.ready()
    assert await batches_rebuilt_by_next_load(stack, folder) == 0
    await stack.assert_audit_is_equal()


async def test_a_worker_without_store_and_changelog_still_gives_right_features(stack: Stack, folder: Path) -> None:
    worker = stack.start_worker()
    assert (await stack.load(folder)).returncode == 0
    worker.stop()
    shutil.rmtree(stack.environment["STORE_DIR"])
    await stack.delete_topic(CHANGELOG)
    stack.start_worker()
    assert await batches_rebuilt_by_next_load(stack, folder) > 0
    await stack.assert_audit_is_equal()


async def test_records_that_cannot_be_read_are_dead_letters_and_stop_nothing(stack: Stack) -> None:
    worker = stack.start_worker()
    await worker.ready()
    good = b'{"experiment_id":1,"user_id":7,"experiment_compound_ids":[4],"experiment_run_time":2.5}'
    await send(stack, "experiments", [b"\xff\xfe", b"[]", None, b'{"experiment_id":1}', good])
    await send(stack, "users", [b"{}"], partition=1)

    async def is_stored() -> bool:
        rows = await stack.fetch("SELECT count(*) AS n FROM rejects")
        return rows[0]["n"] == 5 and len(await stack.fetch("SELECT * FROM experiments")) == 1

    await until(is_stored, "five dead letters and one experiment")
    rows = await stack.fetch('SELECT topic, partition, "offset", reason FROM rejects ORDER BY topic, "offset"')
    assert [(row["topic"], row["partition"], row["offset"]) for row in rows] == [
        ("experiments", 0, 0),
        ("experiments", 0, 1),
        ("experiments", 0, 2),
        ("experiments", 0, 3),
        ("users", 1, 0),
    ]
    assert all(row["reason"] for row in rows)
    assert worker.is_running
    await stack.assert_audit_is_equal()


async def test_a_topic_made_anew_is_read_from_its_start(stack: Stack) -> None:
    worker = stack.start_worker()
    await worker.ready()
    value = b'{"experiment_id":%d,"user_id":7,"experiment_compound_ids":[4],"experiment_run_time":2.5}'
    await send(stack, "experiments", [value % 1, value % 2])

    async def stored(count: int) -> bool:
        return len(await stack.fetch("SELECT * FROM experiments")) == count

    await until(lambda: stored(2), "two experiments")
    worker.stop()
    await stack.delete_topic("experiments")
    worker = stack.start_worker()
    await worker.ready()
    await send(stack, "experiments", [value % 3])
    await until(lambda: stored(3), "the third experiment, though at offset 0")
    await stack.assert_audit_is_equal()


async def test_an_unexpected_error_ends_the_worker_with_one_clear_line(stack: Stack) -> None:
    worker = stack.start_worker()
    await worker.ready()
    await stack.fetch("ALTER TABLE experiments RENAME COLUMN line TO lines")
    await send(
        stack, "experiments", [b'{"experiment_id":1,"user_id":7,"experiment_compound_ids":[],"experiment_run_time":1}']
    )
    assert await worker.ended() != 0
    assert "The worker ends: UndefinedColumnError" in worker.log()
    rows = await stack.fetch("SELECT sum(next_offset) AS n FROM stream_offsets WHERE topic = 'experiments'")
    assert rows[0]["n"] == 0


async def test_two_workers_share_the_partitions_and_the_answers_stay_right(stack: Stack, folder: Path) -> None:
    first = stack.start_worker()
    await first.ready()
    second = stack.start_worker()
    await second.ready()
    assert (await stack.load(folder)).returncode == 0
    await stack.assert_audit_is_equal()
    assert (await stack.fetch("SELECT count(*) AS n FROM experiments"))[0]["n"] == 200
    first.stop()
    await batches_rebuilt_by_next_load(stack, folder)
    await stack.assert_audit_is_equal()


async def test_records_at_hand_are_not_waited_for_while_small_batches_are_applied(stack: Stack, tmp_path: Path) -> None:
    # 200 batches. Each took up to a second when the next one was only looked for as records arrived from Kafka: three
    # minutes. Now they take seconds, also beside much else at work.
    rows = "".join(f"{number},{number % 20 + 1},1;2,1.5\n" for number in range(1, 2001))
    file = tmp_path / "experiments.csv"
    file.write_text("experiment_id,user_id,experiment_compound_ids,experiment_run_time\n" + rows)
    stack.environment |= {"MAX_BATCH_RECORDS": "10", "TOPIC_PARTITIONS": "1"}
    assert (await stack.load(file, wait=False)).returncode == 0
    stack.start_worker()

    async def all_is_applied() -> bool:
        found = await stack.fetch("SELECT count(*) AS n FROM experiments")
        return bool(found[0]["n"] == 2000)

    await stack.workers[0].ready()
    await until(all_is_applied, "200 batches are applied", 60)
