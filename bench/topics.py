"""Topics between measurements."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiokafka.admin import AIOKafkaAdminClient


def delete_all(bootstrap_servers: str) -> None:
    """Delete every topic that is not Kafka's own."""
    _delete(bootstrap_servers, lambda name: not name.startswith("__"))


def delete_changelogs(bootstrap_servers: str) -> None:
    """Delete the changelogs of Faust's tables."""
    _delete(bootstrap_servers, lambda name: name.endswith("-changelog"))


def _delete(bootstrap_servers: str, chosen: Callable[[str], bool]) -> None:
    asyncio.run(_delete_chosen(bootstrap_servers, chosen))


async def _delete_chosen(bootstrap_servers: str, chosen: Callable[[str], bool]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        while topics := [name for name in await admin.list_topics() if chosen(name)]:
            await admin.delete_topics(topics)
            await asyncio.sleep(0.1)
    finally:
        await admin.close()
