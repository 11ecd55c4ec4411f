"""Faults of the network between the workers and the servers."""

from __future__ import annotations

import asyncio

from tests.faults.fault import Fault, Run
from tests.faults.laboratory import Laboratory
from tests.faults.proxy import Direction, Proxy

SLOW_SECONDS = 4.0


def _proxy(laboratory: Laboratory, server: str) -> Proxy:
    return laboratory.servers.kafka_proxy if server == "Kafka" else laboratory.servers.postgres_proxy


def _slow(server: str) -> Run:
    async def run(laboratory: Laboratory, milliseconds: float) -> None:
        proxy = _proxy(laboratory, server)
        proxy.delay(milliseconds / 1000)
        await asyncio.sleep(SLOW_SECONDS)
        proxy.release()

    return run


def _cut(server: str, *directions: Direction) -> Run:
    async def run(laboratory: Laboratory, seconds: float) -> None:
        proxy = _proxy(laboratory, server)
        for direction in directions:
            proxy.hold(direction)
        await asyncio.sleep(seconds)
        proxy.release()

    return run


def _dropped(server: str) -> Run:
    async def run(laboratory: Laboratory, times: float) -> None:
        for _ in range(int(times)):
            _proxy(laboratory, server).drop_connections()
            await asyncio.sleep(laboratory.draw.uniform(0.05, 0.8))

    return run


FAULTS = [
    fault
    for server in ("Kafka", "Postgres")
    for fault in (
        Fault(f"the way to {server} is slow, milliseconds a chunk:", _slow(server), 5, 60),
        Fault(f"the way to {server} is cut, seconds:", _cut(server, *Direction), 1, 15),
        Fault(f"{server} does not hear the workers, seconds:", _cut(server, Direction.TO_SERVER), 1, 15),
        Fault(f"the workers do not hear {server}, seconds:", _cut(server, Direction.TO_CLIENT), 1, 15),
        Fault(f"connections to {server} are dropped, times:", _dropped(server), 1, 5, counts=True),
    )
]
