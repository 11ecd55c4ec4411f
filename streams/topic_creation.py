"""The topics, there before Faust subscribes.

Left to Faust, a topic that it creates a moment before it joins the consumer group can be missing from the metadata
that the partitions are shared out by: nobody would read it until metadata is asked for again, minutes later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic

from models.kafka_clients import client_options
from models.settings import Settings
from models.topics import EXPERIMENTS, INPUT_TOPICS

POLL_SECONDS = 0.05

_COMPACTED = {"cleanup.policy": "compact"}


async def ensure_topics(settings: Settings, changelog: str) -> int:
    """Create what is missing and wait until every partition has a leader.

    The changelog gets as many partitions as `experiments` has: a user's aggregate stays with the user's records.

    Returns:
        How many partitions `experiments` has.

    Raises:
        aiokafka.errors.KafkaError: Kafka does not answer.
    """
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        inputs = {name: topic.config for name, topic in INPUT_TOPICS.items()}
        counts = await _ensure(admin, inputs, settings.topic_partitions, settings.topic_replication)
        partitions = counts[EXPERIMENTS]
        changelog_counts = await _ensure(admin, {changelog: _COMPACTED}, partitions, settings.topic_replication)
        if changelog_counts[changelog] < partitions:
            await _grow(admin, changelog, partitions)
        return partitions
    finally:
        await admin.close()


async def _ensure(
    admin: AIOKafkaAdminClient, configs: Mapping[str, dict[str, str]], partitions: int, replication: int
) -> dict[str, int]:
    missing = configs.keys() - set(await admin.list_topics())
    if missing:
        # What another process creates at the same moment is refused to us, and fine.
        await admin.create_topics(
            [NewTopic(name, partitions, replication, topic_configs=configs[name]) for name in sorted(missing)]
        )
    while (counts := await _led_partitions(admin, set(configs))) is None:  # noqa: ASYNC110  # the event is in Kafka
        await asyncio.sleep(POLL_SECONDS)
    return counts


async def _grow(admin: AIOKafkaAdminClient, topic: str, partitions: int) -> None:
    """Add partitions, as another worker may do at the same moment; return when all have a leader."""
    await admin.create_partitions({topic: NewPartitions(partitions)})
    while (await _led_partitions(admin, {topic}) or {topic: 0})[topic] < partitions:  # noqa: ASYNC110  # as above
        await asyncio.sleep(POLL_SECONDS)


async def _led_partitions(admin: AIOKafkaAdminClient, names: set[str]) -> dict[str, int] | None:
    """Partitions of each topic; None as long as one has no leader."""
    topics = {topic["topic"]: topic["partitions"] for topic in await admin.describe_topics()}
    counts = {name: len(topics.get(name, [])) for name in names}
    led = all(partition["leader"] >= 0 for name in names for partition in topics.get(name, []))
    return counts if led and all(counts.values()) else None
