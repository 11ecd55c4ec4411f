from __future__ import annotations

import time
from pathlib import Path

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, RecordsToDelete
from aiokafka.structs import TopicPartition

from tests.conditions import until
from tests.integration.streams.publishing import publish, until_stored
from tests.processes import Stack

CHANGELOG = "exact-features-user_features-changelog"

READY_WITHIN = 60.0
"""Seconds; 30 are promised."""


async def abort_a_transaction_at_the_end_of(stack: Stack, topic: str) -> None:
    """Leave each partition's log with an end that no record reaches: Faust's own recovery then waits for ever."""
    producer = AIOKafkaProducer(
        bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"], transactional_id=f"aborting-{time.time_ns()}"
    )
    await producer.start()
    try:
        await producer.begin_transaction()
        for partition in range(4):
            await producer.send_and_wait(topic, key=b"1", value=None, partition=partition)
        await producer.abort_transaction()
    finally:
        await producer.stop()


def damage(folder: Path) -> int:
    """Damage all stores in a folder; how many there are."""
    files = list(folder.rglob("CURRENT"))
    for file in files:
        file.write_text("damaged\n")
    return len(files)


async def test_damaged_stores_begin_anew_from_a_changelog_whose_last_offset_has_no_record(stack: Stack) -> None:
    worker = stack.start_worker()
    await worker.ready()
    await publish(stack, range(1, 101))
    await until_stored(stack, range(1, 101))
    worker.stop()
    await abort_a_transaction_at_the_end_of(stack, CHANGELOG)
    assert damage(Path(stack.environment["STORE_DIR"])) == 4
    began = time.monotonic()
    worker = stack.start_worker()
    await worker.ready()
    assert time.monotonic() - began < READY_WITHIN
    await publish(stack, range(1001, 1101))
    await until_stored(stack, range(1001, 1101))
    assert worker.log().count("it starts empty") == 4
    assert "computed anew" not in worker.log()
    await stack.assert_audit_is_equal()


async def test_offsets_outside_of_the_log_are_told_and_reading_goes_on(stack: Stack) -> None:
    worker = stack.start_worker()
    await worker.ready()
    worker.stop()
    await publish(stack, range(1, 41))
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
    await admin.start()
    await admin.delete_records({TopicPartition("experiments", 1): RecordsToDelete(before_offset=3)})
    await admin.close()
    # As if Kafka had lost its last records: Postgres is ahead of the log.
    await stack.fetch("UPDATE stream_offsets SET next_offset = 1000 WHERE topic = 'experiments' AND partition = 2")
    worker = stack.start_worker()
    await worker.ready()
    await publish(stack, range(104, 108))
    await until_stored(stack, range(104, 108))
    assert "experiments[1]: records 0 to 2 were deleted from the topic before they were read" in worker.log()
    assert "experiments[2]: the log ends at 10, but it was read up to 1000: Kafka was set back" in worker.log()
    [row] = await stack.fetch('SELECT topic, partition, "offset", reason FROM rejects')
    assert (row["topic"], row["partition"], row["offset"]) == ("experiments", 1, 0)
    assert "records 0 to 2" in row["reason"]

    async def all_but_three() -> bool:
        [count] = await stack.fetch("SELECT count(*) AS n FROM experiments")
        return bool(count["n"] == 40 - 3 + 4)

    await until(all_but_three, "all records that are in the log are stored")
    await stack.assert_audit_is_equal()


async def test_partitions_added_to_a_topic_are_read_after_a_restart_with_a_table_that_grew(stack: Stack) -> None:
    worker = stack.start_worker()
    await worker.ready()
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
    await admin.start()
    try:
        await admin.create_partitions({"experiments": NewPartitions(6)})
        assert await worker.ended() == 1
        assert "experiments had 4 partitions when this worker started" in worker.log()
        worker = stack.start_worker()
        await worker.ready()
        [changelog] = await admin.describe_topics([CHANGELOG])
        assert len(changelog["partitions"]) == 6
    finally:
        await admin.close()

    async def offsets() -> int:
        return len(await stack.fetch("SELECT 1 FROM stream_offsets WHERE topic = 'experiments'"))

    async def all_are_read() -> bool:
        return await offsets() == 6

    await until(all_are_read, "each partition has its position")
