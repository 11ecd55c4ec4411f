"""The topics: created where missing, and waited for until each partition has a leader.

Producer and worker do so before anything else. Left to Faust, a topic that it creates a moment before it joins the
consumer group can be missing from the metadata that the partitions are shared out by: nobody would read it until
metadata is asked for again, minutes later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    InvalidPartitionsError,
    InvalidReplicationFactorError,
    KafkaError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    for_code,
)

from models.clients.kafka import client_options
from models.declaration.in_force import model_named
from models.errors import TopicCreationError
from models.settings.environment import Settings
from models.topics import input_topics

LEADER_SECONDS = 60.0
"""So long may a partition be without a leader; an election takes a few seconds."""

_POLL_SECONDS = 0.05
_COMPACTED = {"cleanup.policy": "compact"}
_ADVICE: Mapping[type[Exception], str] = {
    TopicAuthorizationFailedError: "give this user Create and Describe on it, or have somebody create it who may",
    ClusterAuthorizationFailedError: "give this user Create on the topic, or have somebody create it who may",
    InvalidReplicationFactorError: "set TOPIC_REPLICATION to the number of brokers at most",
}
_OTHER_ADVICE = "change these settings, or create the topic by hand"


async def ensure_topics(
    settings: Settings, changelogs: Mapping[str, str] | None = None, leader_seconds: float = LEADER_SECONDS
) -> dict[str, int]:
    """Create the input topics that are missing, and the changelogs that are named; wait until all can be used.

    A changelog gets as many partitions as the topic that is named with it: a group's state stays with its records.

    Returns:
        How many partitions each has.

    Raises:
        TopicCreationError: Kafka refuses to create one, or a partition has no leader for so long.
        aiokafka.errors.KafkaError: no broker answers, or it is not the time to ask.
    """
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    topics = _Topics(admin, settings, leader_seconds)
    try:
        counts = await topics.ensure(
            {name: topic.config for name, topic in input_topics(model_named(settings.model)).items()}
        )
        for changelog, topic in (changelogs or {}).items():
            counts |= await topics.ensure({changelog: _COMPACTED}, at_least=counts[topic])
        return counts
    finally:
        await admin.close()


class _Topics:
    def __init__(self, admin: AIOKafkaAdminClient, settings: Settings, leader_seconds: float) -> None:
        self._admin = admin
        self._settings = settings
        self._leader_seconds = leader_seconds

    async def ensure(self, configs: Mapping[str, dict[str, str]], at_least: int | None = None) -> dict[str, int]:
        """The partitions of each of these topics, with so many at least; by default as many as there are."""
        existing = set(await self._admin.list_topics())
        await self._create([name for name in configs if name not in existing], configs, at_least)
        counts = await self._usable(configs, 1)
        few = [name for name, count in counts.items() if count < (at_least or 0)]
        if at_least is None or not few:
            return counts
        await self._add_partitions(few, at_least)
        return await self._usable(configs, at_least)

    async def _create(
        self, names: Sequence[str], configs: Mapping[str, dict[str, str]], partitions: int | None
    ) -> None:
        if not names:
            return
        count, replicas = partitions or self._settings.topic_partitions, self._settings.topic_replication
        response = await self._admin.create_topics(
            [NewTopic(name, count, replicas, topic_configs=configs[name]) for name in names]
        )
        asked = f"with TOPIC_PARTITIONS={count}, TOPIC_REPLICATION={replicas}"
        for name, code, *message in response.topic_errors:
            # Another process may have created it at the same moment.
            if code != TopicAlreadyExistsError.errno:
                _check(code, message, f"create topic {name} {asked}")

    async def _add_partitions(self, names: Sequence[str], count: int) -> None:
        try:
            await self._admin.create_partitions({name: NewPartitions(count) for name in names})
        except InvalidPartitionsError:
            # Another worker added them a moment ago; a broker may not show them yet, so the caller waits for them.
            return
        except KafkaError as error:
            _check(error.errno, [str(error)], f"add partitions to {', '.join(names)}, up to {count}")
            raise

    async def _usable(self, names: Iterable[str], at_least: int) -> dict[str, int]:
        """How many partitions each has, once there are so many and all have a leader."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + self._leader_seconds
        while True:
            found = await self._partitions()
            obstacle = next(filter(None, (_obstacle(name, found.get(name, []), at_least) for name in names)), None)
            if obstacle is None:
                return {name: len(found[name]) for name in names}
            if loop.time() >= give_up:
                raise TopicCreationError(f"Kafka: {obstacle}, for {self._leader_seconds:g} s now")
            await asyncio.sleep(_POLL_SECONDS)

    async def _partitions(self) -> dict[str, list[Any]]:
        # All topics are asked for: asking for one by name would create it on a broker that creates topics by itself.
        return {topic["topic"]: topic["partitions"] for topic in await self._admin.describe_topics()}


def _check(code: int, message: Sequence[str | None], what: str) -> None:
    """Raise what an answer's code says.

    aiokafka's create_topics gives the answer as it is, with the refusals in it.
    """
    if not code:
        return
    kind = for_code(code)
    if kind.retriable:
        raise kind(what)
    said = message[0] if message and message[0] else kind.__name__
    raise TopicCreationError(f"Kafka refuses to {what}: {said.rstrip('.')}; {_ADVICE.get(kind, _OTHER_ADVICE)}")


def _obstacle(name: str, partitions: list[Any], at_least: int) -> str | None:
    """Why a topic cannot be used yet."""
    if not partitions:
        return f"topic {name} is not shown to this user: may it Describe the topic?"
    if len(partitions) < at_least:
        return f"topic {name} has {len(partitions)} partitions, and {at_least} are needed"
    leaderless = sorted(partition["partition"] for partition in partitions if partition["leader"] < 0)
    if not leaderless:
        return None
    numbers = ", ".join(map(str, leaderless))
    return f"no leader for partition {numbers} of topic {name}: start the brokers that hold it"
