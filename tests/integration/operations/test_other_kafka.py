"""docs/runbook.md: Kafka set back to an older state; another Kafka, with and without what the old one held."""

from __future__ import annotations

import shutil

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import TopicPartition

from embedded.kafka import EmbeddedKafka
from models.topics import INPUT_TOPICS
from tests.fenced_blocks import blocks_under
from tests.integration.operations.files import experiments, load, stored, until_stored
from tests.operator_shell import OperatorShell
from tests.processes import Stack

RUNBOOK = "docs/runbook.md"
PARTITIONS = 4


async def copy_topics(source: str, target: str) -> None:
    """As MirrorMaker does: key, value, headers and timestamp of each record, to the same partition."""
    admin = AIOKafkaAdminClient(bootstrap_servers=target)
    consumer = AIOKafkaConsumer(bootstrap_servers=source, auto_offset_reset="earliest")
    producer = AIOKafkaProducer(bootstrap_servers=target)
    partitions = [TopicPartition(name, number) for name in INPUT_TOPICS for number in range(PARTITIONS)]
    await admin.start()
    await consumer.start()
    await producer.start()
    try:
        await admin.create_topics(
            [NewTopic(name, PARTITIONS, 1, topic_configs=topic.config) for name, topic in INPUT_TOPICS.items()]
        )
        consumer.assign(partitions)
        left = {tp: end for tp, end in (await consumer.end_offsets(partitions)).items() if end}
        while left:
            for tp, records in (await consumer.getmany(timeout_ms=500)).items():
                for record in records:
                    await producer.send(
                        tp.topic,
                        record.value,
                        key=record.key,
                        partition=tp.partition,
                        timestamp_ms=record.timestamp,
                        headers=list(record.headers),
                    )
                if records[-1].offset + 1 >= left[tp]:
                    del left[tp]
    finally:
        await producer.stop()
        await consumer.stop()
        await admin.close()


async def rebuild(stack: Stack, *options: str) -> tuple[int, str]:
    done = await stack.run("cli", "rebuild", "--yes", *options)
    return done.returncode, done.stderr


async def test_a_kafka_that_was_restored_from_an_older_backup_takes_nothing_away(
    operator: OperatorShell, other_kafka: EmbeddedKafka
) -> None:
    stack, folder = operator.stack, operator.folder
    stack.environment["KAFKA_BOOTSTRAP_SERVERS"] = other_kafka.bootstrap_servers
    worker = stack.start_worker()
    await load(stack, experiments(folder, "first.csv", range(1, 101)))
    worker.stop()
    other_kafka.stop()
    backup = folder / "kafka-backup"
    shutil.copytree(other_kafka.folder, backup)
    other_kafka.restart()
    worker = stack.start_worker()
    await load(stack, experiments(folder, "second.csv", range(51, 201), run_time=2))
    wanted = await stored(stack)
    worker.stop()
    other_kafka.stop()
    shutil.rmtree(other_kafka.folder)
    shutil.move(backup, other_kafka.folder)
    other_kafka.restart()

    worker = stack.start_worker()
    await load(stack, experiments(folder, "third.csv", range(301, 311), run_time=3))
    assert await stored(stack) == wanted | dict.fromkeys(range(301, 311), 3)
    assert "Kafka was set back; it is read again from 0" in worker.log()
    await stack.assert_audit_is_equal()


async def test_the_worker_moves_to_a_blank_kafka_and_keeps_all_rows(
    operator: OperatorShell, other_kafka: EmbeddedKafka
) -> None:
    stack, folder = operator.stack, operator.folder
    worker = stack.start_worker()
    first = experiments(folder, "first.csv", range(1, 101))
    await load(stack, first)
    [look] = blocks_under(RUNBOOK, "Move to another Kafka cluster")
    assert "experiments           4      100            0" in (await operator.run(look)).stdout
    worker.stop()
    stack.environment["KAFKA_BOOTSTRAP_SERVERS"] = other_kafka.bootstrap_servers
    worker = stack.start_worker()
    await load(stack, experiments(folder, "second.csv", range(51, 151), run_time=2))
    wanted = dict.fromkeys(range(1, 51), 1.5) | dict.fromkeys(range(51, 151), 2)
    await until_stored(stack, wanted)
    await stack.assert_audit_is_equal()
    # Without the old log, there is no rebuilding; with the old files loaded again, there is.
    worker.stop()
    code, said = await rebuild(stack)
    assert (code, "loads published to a topic of that name that is gone" in said) == (2, True)
    assert await stored(stack) == wanted


async def test_a_log_that_was_copied_to_another_kafka_makes_postgres_anew(
    operator: OperatorShell, other_kafka: EmbeddedKafka
) -> None:
    stack, folder = operator.stack, operator.folder
    worker = stack.start_worker()
    await load(
        stack,
        experiments(folder, "first.csv", range(1, 101)),
        experiments(folder, "second.csv", range(51, 151), run_time=2),
    )
    wanted = await stored(stack)
    worker.stop()
    await copy_topics(stack.environment["KAFKA_BOOTSTRAP_SERVERS"], other_kafka.bootstrap_servers)
    stack.environment["KAFKA_BOOTSTRAP_SERVERS"] = other_kafka.bootstrap_servers
    worker = stack.start_worker()
    await load(stack, experiments(folder, "third.csv", range(201, 211), run_time=3))
    wanted |= dict.fromkeys(range(201, 211), 3)
    assert await stored(stack) == wanted
    await stack.assert_audit_is_equal()
    worker.stop()
    assert (await rebuild(stack))[0] == 2
    code, said = await rebuild(stack, "--accept-loss")
    assert code == 0, said
    assert await stored(stack) == wanted
