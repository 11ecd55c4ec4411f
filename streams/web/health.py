"""Whether Kafka and Postgres answer, and all partitions are read on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from streams.postgres import server as database

if TYPE_CHECKING:
    from streams.worker import Application

PATIENCE = 2.0
"""Seconds that Postgres may take to answer."""


async def faults(app: Application) -> dict[str, str]:
    """What is wrong, by server, and with partitions; empty if all is well."""
    postgres, kafka = await asyncio.gather(_postgres_fault(app), app.kafka_watch.fault())
    found = {"postgres": postgres, "kafka": kafka, "partitions": app.damaged_partitions.fault()}
    return {server: fault for server, fault in found.items() if fault is not None}


async def _postgres_fault(app: Application) -> str | None:
    # On a connection of its own: those of the pool may all be at work.
    return app.persistence.outage or await database.fault(app.settings, PATIENCE)
