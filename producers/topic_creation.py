"""The input topics: created where missing, and their partitions as they really are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from models.kafka_clients import client_options
from models.settings import Settings
from models.topics import INPUT_TOPICS
from producers.errors import TopicCreationError

_POLL_SECONDS = 0.05


async def ensure_topics(settings: Settings) -> dict[str, int]:
    """Create the input topics that are missing, and wait until each has a leader for every partition.

    Returns:
        How many partitions each has.

    Raises:
        TopicCreationError: Kafka refuses to create one.
        aiokafka.errors.KafkaError: no broker answers.
    """
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        existing = await admin.list_topics()
        await _create(admin, [name for name in INPUT_TOPICS if name not in existing], settings)
        while (counts := await _partition_counts(admin)) is None:  # noqa: ASYNC110  # the event is in another process
            await asyncio.sleep(_POLL_SECONDS)
        return counts
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, names: Sequence[str], settings: Settings) -> None:
    if not names:
        return
    response = await admin.create_topics(
        [
            NewTopic(
                name,
                num_partitions=settings.topic_partitions,
                replication_factor=settings.topic_replication,
                topic_configs=INPUT_TOPICS[name].config,
            )
            for name in names
        ]
    )
    for name, code, *message in response.topic_errors:
        # The worker may have created it in the meantime.
        if code not in {0, TopicAlreadyExistsError.errno}:
            said = message[0] if message and message[0] else for_code(code).__name__
            raise TopicCreationError(
                f"Kafka refuses to create topic {name} with TOPIC_PARTITIONS={settings.topic_partitions}, "
                f"TOPIC_REPLICATION={settings.topic_replication}: {said}"
            )


async def _partition_counts(admin: AIOKafkaAdminClient) -> dict[str, int] | None:
    """Partitions of each input topic; None as long as one of them has no leader."""
    # All topics are asked for: asking for one by name would create it on a broker that creates topics by itself.
    topics = {topic["topic"]: topic["partitions"] for topic in await admin.describe_topics()}
    counts: dict[str, int] = {}
    for name in INPUT_TOPICS:
        partitions = topics.get(name, [])
        if not partitions or any(partition["leader"] < 0 for partition in partitions):
            return None
        counts[name] = len(partitions)
    return counts
