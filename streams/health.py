"""Whether Kafka and Postgres answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg
from aiokafka.errors import KafkaError

from models.topics import EXPERIMENTS
from streams import kafka

if TYPE_CHECKING:
    from streams.application import Application

PATIENCE = 2.0
"""Seconds that each may take to answer."""


async def faults(app: Application) -> dict[str, str]:
    """What is wrong, by server; empty if all is well."""
    found = {"postgres": await _postgres_fault(app), "kafka": await _kafka_fault(app)}
    return {server: fault for server, fault in found.items() if fault is not None}


async def _postgres_fault(app: Application) -> str | None:
    if app.persistence.outage is not None:
        return app.persistence.outage
    try:
        async with asyncio.timeout(PATIENCE), app.pool.acquire() as connection:
            await connection.fetchval("SELECT 1")
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return str(error) or "does not answer in time"
    return None


async def _kafka_fault(app: Application) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE):
            await kafka.read_topic_ids(app.changelog_producer, {EXPERIMENTS})
    except (OSError, TimeoutError, KafkaError) as error:
        return str(error) or "does not answer in time"
    return None
