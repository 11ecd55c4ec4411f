from __future__ import annotations

import asyncio
import json
import os
import signal
import urllib.error
import urllib.request
from typing import Any

import asyncpg
import pytest

from embedded.cluster import Cluster
from embedded.ports import free_ports
from tests.conditions import until
from tests.integration.outages import away, frozen
from tests.integration.streams.publishing import publish, until_stored
from tests.processes import Stack, Worker

RESUMES_WITHIN = 15.0
"""Seconds; 5 are promised."""


async def health(port: int) -> tuple[int, dict[str, Any]]:
    def ask() -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    return await asyncio.to_thread(ask)


async def until_health(port: int, status: int, server: str | None = None) -> None:
    async def is_so() -> bool:
        found, answer = await health(port)
        return found == status and (server is None or bool(answer.get(server)))

    await until(is_so, f"/health answers {status}", RESUMES_WITHIN)


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


async def started(stack: Stack, port: int) -> Worker:
    worker = stack.start_worker(web=True, WEB_PORT=str(port))
    await worker.ready()
    await publish(stack, range(1, 5))
    await until_stored(stack, range(1, 5))
    return worker


async def test_a_killed_postgres_is_waited_for_and_said_once_a_step(stack: Stack, cluster: Cluster, port: int) -> None:
    worker = await started(stack, port)
    before = len(worker.log())
    with away(cluster.postgres):
        await publish(stack, range(10, 14))
        await until_health(port, 503, "postgres")

        async def three_steps() -> bool:
            return worker.log().count("Postgres is away") >= 3

        await until(three_steps, "three attempts are logged")
    await until_stored(stack, range(10, 14), RESUMES_WITHIN)
    await until_health(port, 200)
    said = worker.log()[before:]
    assert "Traceback" not in said
    assert said.count("trying again in 0.4 s") <= 1
    await stack.assert_audit_is_equal()


async def test_a_database_that_takes_no_connections_for_a_while_is_waited_for(
    stack: Stack, cluster: Cluster, port: int
) -> None:
    worker = await started(stack, port)
    server, name = cluster.environment["DATABASE_URL"], stack.environment["DATABASE_URL"].rpartition("/")[2]
    owner = await asyncpg.connect(server)
    await owner.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    await publish(stack, range(10, 14))

    async def is_said() -> bool:
        return "is not currently accepting connections" in worker.log()

    await until(is_said, "the worker says why it waits")
    # One that starts meanwhile waits too.
    other = stack.start_worker()

    async def waits() -> bool:
        return "Postgres does not answer" in other.log()

    await until(waits, "a worker that starts waits")
    await owner.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    await owner.close()
    await until_stored(stack, range(10, 14), RESUMES_WITHIN)
    assert worker.is_running
    await other.ready()


async def test_a_postgres_that_does_not_answer_holds_no_lane_for_ever(
    stack: Stack, cluster: Cluster, port: int
) -> None:
    worker = await started(stack, port)
    with frozen(cluster.postgres):
        await publish(stack, range(10, 14))
        await until_health(port, 503, "postgres")

        async def is_noticed() -> bool:
            return "Postgres is away" in worker.log()

        await until(is_noticed, "the batches' connections are cut", 40)
    await until_stored(stack, range(10, 14), RESUMES_WITHIN)
    await until_health(port, 200)
    await stack.assert_audit_is_equal()


async def test_connections_that_break_anywhere_in_a_batch_are_made_again(stack: Stack, cluster: Cluster) -> None:
    worker = stack.start_worker(MAX_BATCH_RECORDS="50")
    await worker.ready()
    for round_ in range(4):
        await publish(stack, range(round_ * 800 + 1, round_ * 800 + 801))
        if round_ % 2:
            cluster.postgres.restart()
        else:
            await stack.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    await until_stored(stack, range(1, 3201))
    assert worker.is_running
    await stack.assert_audit_is_equal()


async def test_a_killed_kafka_is_waited_for_and_said_once_a_step(stack: Stack, cluster: Cluster, port: int) -> None:
    worker = await started(stack, port)
    before = len(worker.log())
    with away(cluster.kafka):
        await until_health(port, 503, "kafka")

        async def four_steps() -> bool:
            return worker.log().count("Kafka is away") >= 4

        await until(four_steps, "four attempts are logged")
    await publish(stack, range(10, 14))
    await until_stored(stack, range(10, 14), RESUMES_WITHIN)
    await until_health(port, 200)
    said = worker.log()[before:]
    assert "Traceback" not in said
    assert said.count('"level":"error"') == 0
    assert said.count("trying again in 0.4 s") <= 1
    await stack.assert_audit_is_equal()


async def test_a_stopped_worker_inside_a_transaction_does_not_keep_its_partitions(stack: Stack) -> None:
    zombie = stack.start_worker()
    await zombie.ready()
    blocker = await asyncpg.connect(stack.environment["DATABASE_URL"])
    try:
        async with blocker.transaction():
            await blocker.execute("LOCK TABLE experiments IN EXCLUSIVE MODE")
            await publish(stack, range(1, 5))

            async def is_inside() -> bool:
                return bool(await stack.fetch("SELECT 1 FROM pg_locks WHERE NOT granted"))

            await until(is_inside, "a batch waits inside its transaction")
            os.kill(zombie.pid, signal.SIGSTOP)
    finally:
        await blocker.close()
    stack.start_worker()
    await until_stored(stack, range(1, 5))
    os.kill(zombie.pid, signal.SIGCONT)
    await publish(stack, range(10, 14))
    await until_stored(stack, range(10, 14))
    assert zombie.is_running
    await stack.assert_audit_is_equal()
