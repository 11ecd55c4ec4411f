"""The topics as Kafka has them, whoever made them."""

from __future__ import annotations

import asyncio
import re

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from models.clients.topic_creation import ensure_topics
from models.errors import TopicCreationError
from models.settings.environment import Settings
from models.topics import INPUT_TOPICS
from tests.processes import Stack

EXPERIMENTS = "experiments"
CHANGELOG = "exact-features-user_features-changelog"
FOREVER = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}


@pytest.mark.parametrize("by", ["worker", "load"])
async def test_input_topics_are_kept_forever_and_the_changelog_is_compacted(stack: Stack, by: str) -> None:
    settings = Settings(kafka_bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
    expected = dict.fromkeys(INPUT_TOPICS, FOREVER)
    if by == "worker":
        await ensure_topics(settings, {CHANGELOG: EXPERIMENTS})
        expected[CHANGELOG] = {"cleanup.policy": "compact"}
    else:
        await ensure_topics(settings)
    assert await configurations(settings, expected) == expected


async def test_several_processes_may_create_them_at_once(stack: Stack) -> None:
    settings = Settings(kafka_bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"], topic_partitions=3)
    found = await asyncio.gather(*(ensure_topics(settings, {CHANGELOG: EXPERIMENTS}) for _ in range(4)))
    assert found == [dict.fromkeys([*INPUT_TOPICS, CHANGELOG], 3)] * 4


async def test_the_changelog_grows_with_the_experiments(stack: Stack) -> None:
    settings = Settings(kafka_bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"], topic_partitions=2)
    await ensure_topics(settings, {CHANGELOG: EXPERIMENTS})
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.brokers)
    await admin.start()
    await admin.create_partitions({EXPERIMENTS: NewPartitions(5)})
    await admin.close()
    found = await asyncio.gather(*(ensure_topics(settings, {CHANGELOG: EXPERIMENTS}) for _ in range(3)))
    assert [(each[EXPERIMENTS], each[CHANGELOG]) for each in found] == [(5, 5)] * 3


REFUSED = "Kafka refuses to create topic .* with TOPIC_PARTITIONS=4, TOPIC_REPLICATION=3: .*; set TOPIC_REPLICATION to"


async def test_a_refusal_says_what_was_asked_for_and_what_to_do(stack: Stack) -> None:
    settings = Settings(kafka_bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"], topic_replication=3)
    with pytest.raises(TopicCreationError, match=REFUSED):
        await ensure_topics(settings)


async def test_worker_and_load_end_at_a_refusal_with_one_line(stack: Stack) -> None:
    stack.environment["TOPIC_REPLICATION"] = "3"
    worker = stack.start_worker()
    assert await worker.ended() == 1
    [line] = [line for line in worker.log().splitlines() if "The worker ends: " in line]
    assert re.search(REFUSED, line)
    (stack.folder / "users.csv").write_text("user_id,name,email,signup_date\n1,Ada,,2024-01-01\n")
    for command in (["producers.csv"], ["cli", "load"]):
        loaded = await stack.run(*command, str(stack.folder / "users.csv"))
        assert loaded.returncode == 3
        assert re.fullmatch(f"{REFUSED}.*\n", loaded.stderr)


async def test_a_changelog_alone_that_is_refused_ends_the_worker(stack: Stack) -> None:
    await ensure_topics(Settings(kafka_bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"]))
    worker = stack.start_worker(TOPIC_REPLICATION="2")
    assert await worker.ended() == 1
    assert f"Kafka refuses to create topic {CHANGELOG}" in worker.log()


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
