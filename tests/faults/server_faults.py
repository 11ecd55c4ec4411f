"""Faults of Kafka and Postgres."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import Literal

import asyncpg
import psutil

from embedded.server import READY_LIMIT_SECONDS, EmbeddedServer
from tests.faults.fault import Fault, Run
from tests.faults.laboratory import DELIVERY_TIMEOUT, Laboratory
from tests.faults.patience import patient

TERMINATE = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE '%worker%'
"""


def _away(name: Literal["kafka", "postgres"], deed: Literal["kill", "stop"]) -> Run:
    async def run(laboratory: Laboratory, seconds: float) -> None:
        server: EmbeddedServer = getattr(laboratory.servers.cluster, name)
        await asyncio.to_thread(getattr(server, deed))
        await asyncio.sleep(seconds)
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(server.wait_ready, patient(READY_LIMIT_SECONDS))

    return run


async def _postgres_frozen(laboratory: Laboratory, seconds: float) -> None:
    pid = laboratory.servers.cluster.postgres.pid
    assert pid is not None
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for process in processes:
        _send(process, signal.SIGSTOP)
    await asyncio.sleep(seconds)
    for process in processes:
        _send(process, signal.SIGCONT)


async def _kafka_frozen(laboratory: Laboratory, seconds: float) -> None:
    pid = laboratory.servers.cluster.kafka.pid
    assert pid is not None
    psutil.Process(pid).send_signal(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    psutil.Process(pid).send_signal(signal.SIGCONT)


def _send(process: psutil.Process, number: signal.Signals) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)


async def _terminate_backends(laboratory: Laboratory) -> None:
    connection = await asyncpg.connect(laboratory.servers.cluster.postgres.url)
    try:
        await connection.execute("SELECT 1")
        await connection.fetchval(TERMINATE, laboratory.database.name)
    finally:
        await connection.close()


async def _backends_terminated(laboratory: Laboratory, times: float) -> None:
    for _ in range(int(times)):
        await _terminate_backends(laboratory)
        await asyncio.sleep(laboratory.draw.uniform(0.05, 0.6))


def _with_setting(name: str, seconds: float) -> Run:
    async def run(laboratory: Laboratory, milliseconds: float) -> None:
        await laboratory.database.admin(f"ALTER DATABASE {laboratory.database.name} SET {name} = {int(milliseconds)}")
        await _terminate_backends(laboratory)
        await _locked(laboratory, seconds)
        await laboratory.database.admin(f"ALTER DATABASE {laboratory.database.name} RESET {name}")
        await _terminate_backends(laboratory)

    return run


async def _locked(laboratory: Laboratory, seconds: float) -> None:
    async with laboratory.database.connected() as connection, connection.transaction():
        await connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        table = laboratory.draw.choice(laboratory.declaration.features).name
        await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        await asyncio.sleep(seconds)


_LONG = float(DELIVERY_TIMEOUT)

FAULTS = [
    Fault("Postgres is killed, seconds:", _away("postgres", "kill"), 0, 5),
    Fault("Postgres is stopped, seconds:", _away("postgres", "stop"), 0, 5),
    Fault("Postgres is frozen, seconds:", _postgres_frozen, 1, 16),
    Fault("Kafka is killed, seconds:", _away("kafka", "kill"), 0, 4),
    Fault("Kafka is stopped, seconds:", _away("kafka", "stop"), 0, 4),
    Fault("Kafka is frozen, seconds:", _kafka_frozen, 1, 16),
    Fault(
        "Kafka is killed for longer than the delivery time-out, seconds:", _away("kafka", "kill"), _LONG + 2, _LONG + 8
    ),
    Fault("connections to Postgres are terminated, times:", _backends_terminated, 1, 8, counts=True),
    Fault("statements time out, milliseconds:", _with_setting("statement_timeout", 2), 5, 60),
    Fault("locks time out, milliseconds:", _with_setting("lock_timeout", 2), 5, 200),
    Fault("a table is locked, seconds:", _locked, 0.5, 5),
]
