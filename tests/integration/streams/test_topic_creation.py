"""The topics as Kafka has them, whoever made them."""

from __future__ import annotations

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from models.settings import Settings
from models.topics import INPUT_TOPICS
from producers import topic_creation as of_producers
from streams import topic_creation as of_workers
from tests.processes import Stack

CHANGELOG = "exact-features-user_aggregates-changelog"
FOREVER = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}


@pytest.mark.parametrize("by", ["worker", "load"])
async def test_input_topics_are_kept_forever_and_the_changelog_is_compacted(stack: Stack, by: str) -> None:
    settings = Settings(kafka_bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
    expected = dict.fromkeys(INPUT_TOPICS, FOREVER)
    if by == "worker":
        await of_workers.ensure_topics(settings, CHANGELOG)
        expected[CHANGELOG] = {"cleanup.policy": "compact"}
    else:
        await of_producers.ensure_topics(settings)
    assert await configurations(settings, expected) == expected


async def configurations(settings: Settings, expected: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Of each topic, what is set of those settings."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.brokers)
    await admin.start()
    try:
        responses = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in expected])
    finally:
        await admin.close()
    found = {
        resource[3]: {entry[0]: entry[1] for entry in resource[4]} for each in responses for resource in each.resources
    }
    return {
        name: {setting: value for setting, value in found[name].items() if setting in expected[name]}
        for name in expected
    }
