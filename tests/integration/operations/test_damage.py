"""docs/runbook.md: batches that a faulty disk altered, and that are passed over or mended."""

from __future__ import annotations

import struct
from pathlib import Path

from aiokafka import AIOKafkaProducer

from embedded.kafka import EmbeddedKafka
from models.kafka_format.batch_header import NOT_IN_LENGTH, BatchHeader
from tests.conditions import until
from tests.fenced_blocks import blocks_under
from tests.integration.operations.files import until_stored
from tests.integration.operations.test_daily import record
from tests.operator_shell import OperatorShell
from tests.processes import Stack, Worker

RUNBOOK = "docs/runbook.md"
DAMAGED, OTHER = 0, 1
_CHECKSUM_AT = 17


async def publish(stack: Stack, partition: int, *experiment_ids: int) -> None:
    """One Kafka batch."""
    producer = AIOKafkaProducer(bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"], linger_ms=200)
    await producer.start()
    sent = [
        await producer.send("experiments", record(each, 1.5), key=b"1", partition=partition) for each in experiment_ids
    ]
    for each in sent:
        await each
    await producer.stop()


def segment(kafka: EmbeddedKafka) -> Path:
    [found] = (kafka.folder / "data").rglob(f"experiments-{DAMAGED}/*.log")
    return found


def alter(kafka: EmbeddedKafka, number: int, at: int, altered: bytes) -> bytes:
    """Write into a batch of the damaged partition; return the segment as it was."""
    before = segment(kafka).read_bytes()
    start = 0
    for _ in range(number):
        start += NOT_IN_LENGTH + BatchHeader.read(before, start).length
    after = before[: start + at] + altered + before[start + at + len(altered) :]
    segment(kafka).write_bytes(after)
    return before


async def damaged_stack(operator: OperatorShell, kafka: EmbeddedKafka, at: int, altered: bytes) -> tuple[Worker, bytes]:
    """A worker that has read the first of three batches, the second of which was altered on disk."""
    stack = operator.stack
    stack.environment["KAFKA_BOOTSTRAP_SERVERS"] = kafka.bootstrap_servers
    worker = stack.start_worker()
    await worker.ready()
    await publish(stack, DAMAGED, 1, 2)
    await until_stored(stack, dict.fromkeys((1, 2), 1.5))
    worker.stop()
    await publish(stack, DAMAGED, 3, 4)
    await publish(stack, DAMAGED, 5, 6)
    kafka.stop()
    before = alter(kafka, 1, at, altered)
    kafka.restart()
    worker = stack.start_worker(web=True)
    await worker.ready()
    await publish(stack, OTHER, 7)
    await until_stored(stack, dict.fromkeys((1, 2, 7), 1.5))

    async def is_reported() -> bool:
        return bool(await stack.fetch("SELECT FROM rejects WHERE code = 'damaged'"))

    await until(is_reported, "the damage is reported")
    return worker, before


async def test_a_damaged_batch_stops_its_partition_alone_is_reported_and_passed_over(
    operator: OperatorShell, other_kafka: EmbeddedKafka
) -> None:
    stack = operator.stack
    worker, _ = await damaged_stack(operator, other_kafka, _CHECKSUM_AT, b"\x00\x00\x00\x01")
    look, skip = blocks_under(RUNBOOK, "Damaged batches")
    said = worker.log()
    assert "experiments[0] stopped at offset 2: the batch is damaged, its checksum is wrong" in said
    assert "pass over offsets 2 to 3: ingest skip experiments 0 4" in said
    shown = (await operator.run(look, check=False)).stdout
    assert "BAD  log" in shown
    assert "experiments[0] stopped at offset 2" in shown
    assert "ingest skip experiments 0 4" in shown
    # Only there, and only forward.
    assert (await operator.run("ingest skip experiments 1 1", check=False)).returncode == 2
    assert (await operator.run("ingest skip experiments 0 2", check=False)).returncode == 2
    assert "skipped offsets 2 to 3 of experiments[0]" in (await operator.run(skip)).stdout
    await until_stored(stack, dict.fromkeys((1, 2, 5, 6, 7), 1.5))
    [lost] = await stack.fetch('SELECT code, topic, partition, "offset" FROM rejects')
    assert tuple(lost) == ("lost", "experiments", DAMAGED, 2)
    assert worker.is_running
    assert said.count("stopped at offset") == worker.log().count("stopped at offset")
    await stack.assert_audit_is_equal()


async def test_offsets_that_were_altered_are_no_way_around_records(
    operator: OperatorShell, other_kafka: EmbeddedKafka
) -> None:
    # They are not part of the checksum; Kafka gives this batch to whoever asks for what is after it.
    worker, _ = await damaged_stack(operator, other_kafka, 0, struct.pack(">q", 10**9))
    assert "its offsets are given as 1000000000 to 1000000001, and one from 2 to 5 is due" in worker.log()
    await operator.run("ingest skip experiments 0 4")
    await until_stored(operator.stack, dict.fromkeys((1, 2, 5, 6, 7), 1.5))
    assert worker.is_running


async def test_a_log_that_was_mended_is_read_on_without_a_word_of_loss(
    operator: OperatorShell, other_kafka: EmbeddedKafka
) -> None:
    stack = operator.stack
    worker, before = await damaged_stack(operator, other_kafka, 100, b"!")
    other_kafka.stop()
    segment(other_kafka).write_bytes(before)
    other_kafka.restart()
    await until_stored(stack, dict.fromkeys(range(1, 8), 1.5))

    async def nothing_is_reported() -> bool:
        return not await stack.fetch("SELECT FROM rejects")

    await until(nothing_is_reported, "the reject is gone")
    assert worker.is_running
    assert "it can be read on from offset 2" in worker.log()
