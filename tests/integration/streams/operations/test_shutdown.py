from __future__ import annotations

import time

from embedded.cluster import Cluster
from tests.conditions import until
from tests.integration.outages import away, frozen
from tests.integration.streams.publishing import publish, until_stored
from tests.processes import Stack, Worker

STOPS_WITHIN = 15.0
"""Seconds; 5 are promised."""


def assert_stops(worker: Worker) -> None:
    began = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - began < STOPS_WITHIN


async def test_a_stop_under_load_leaves_each_batch_whole_or_undone(stack: Stack) -> None:
    worker = stack.start_worker(MAX_BATCH_RECORDS="100")
    await worker.ready()
    await publish(stack, range(1, 5_001))

    async def is_at_work() -> bool:
        return bool((await stack.fetch("SELECT count(*) > 0 AS some FROM experiments"))[0]["some"])

    await until(is_at_work, "the first batches are stored")
    assert_stops(worker)
    [offsets] = await stack.fetch("SELECT sum(next_offset) AS n FROM stream_offsets WHERE topic = 'experiments'")
    [rows] = await stack.fetch("SELECT count(*) AS n FROM experiments")
    assert offsets["n"] == rows["n"]
    await stack.assert_audit_is_equal()
    stack.start_worker()
    await until_stored(stack, range(1, 5_001))
    await stack.assert_audit_is_equal()


async def test_a_worker_stops_while_postgres_does_not_answer(stack: Stack, cluster: Cluster) -> None:
    worker = stack.start_worker()
    await worker.ready()
    with frozen(cluster.postgres):
        await publish(stack, range(1, 5))
        assert_stops(worker)


async def test_a_worker_stops_while_kafka_is_away(stack: Stack, cluster: Cluster) -> None:
    worker = stack.start_worker()
    await worker.ready()
    await publish(stack, range(1, 5))
    await until_stored(stack, range(1, 5))
    with away(cluster.kafka):

        async def is_noticed() -> bool:
            return "Kafka is away" in worker.log()

        await until(is_noticed, "the worker knows that Kafka is away")
        assert_stops(worker)


async def test_an_error_in_a_rebalance_ends_the_worker_with_one_clear_line(stack: Stack) -> None:
    worker = stack.start_worker()
    await worker.ready()
    await stack.fetch("ALTER TABLE stream_offsets RENAME COLUMN topic_id TO topic_ids")
    stack.start_worker()
    assert await worker.ended() == 1
    said = worker.log()
    assert said.count("The worker ends: UndefinedColumnError") == 1
    assert "Traceback" not in said
