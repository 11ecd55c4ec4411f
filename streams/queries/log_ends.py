"""Where the logs of rows end, of all partitions, whichever worker reads them."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from aiokafka.errors import KafkaError
from aiokafka.protocol.offset import OffsetRequest

from models.clients.topic_ids import TopicIdsRequest, topic_ids

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer

ASKED_SECONDS = 0.1
"""Kafka is asked again, at most so often."""

GOOD_SECONDS = 1.0
"""Nobody waits for Kafka's answer while the one before is not older than this."""

PATIENCE = 1.0
"""Seconds that Kafka may take to answer."""

_ANY_REPLICA, _LATEST, _READ_COMMITTED = -1, -1, 1

log = logging.getLogger(__name__)


class LogEnds(NamedTuple):
    """One topic as it is now."""

    ends: list[int]
    """Up to where each partition can be read, from number 0 on."""
    topic_id: UUID


class LogEndReader:
    """Asks Kafka over the connections of a producer, for all who want to know at the moment."""

    def __init__(self, producer: Callable[[], AIOKafkaProducer], topics: Collection[str]) -> None:
        """Take what gives the producer, which may be made later than this, and the topics."""
        self._producer = producer
        self._topics = sorted(topics)
        self._known: Mapping[str, LogEnds] = {}
        self._known_at = self._asked_at = -math.inf
        self._asking: asyncio.Task[None] | None = None

    async def of(self, topic: str) -> LogEnds | None:
        """Where the partitions of a topic end, as of a second ago at most; None while Kafka does not say so of each."""
        now = time.monotonic()
        if self._asking is None and now - self._asked_at > ASKED_SECONDS:
            self._asked_at = now
            self._asking = asyncio.create_task(self._ask(now))
        if self._asking is not None and now - self._known_at > GOOD_SECONDS:
            # Who waits may go away; the others still wait for it.
            await asyncio.shield(self._asking)
        return self._known.get(topic)

    async def _ask(self, now: float) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                self._known = await self._answered(self._producer().client)
                self._known_at = now
        except (KafkaError, OSError, TimeoutError, AttributeError) as error:
            log.debug("Kafka does not say where its logs end: %r", error)
            self._known = {}
        finally:
            self._asking = None

    async def _answered(self, client: Any) -> Mapping[str, LogEnds]:  # noqa: ANN401  # aiokafka's, without types
        topics = await client.send(client.get_random_node(), TopicIdsRequest(self._topics))
        of_leaders: defaultdict[int, defaultdict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for topic in topics.topics:
            for part in topic[4]:
                of_leaders[part[2]][topic[1]].append((part[1], _LATEST))
        answers = await asyncio.gather(
            *(
                client.send(leader, OffsetRequest(_ANY_REPLICA, _READ_COMMITTED, list(asked.items())))
                for leader, asked in of_leaders.items()
            )
        )
        found: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for answer in answers:
            for name, partitions in answer.topics:
                found[name] |= {partition: end for partition, error, _, end in partitions if not error}
        counts = {topic[1]: len(topic[4]) for topic in topics.topics}
        return {
            name: LogEnds([found[name][partition] for partition in range(counts[name])], topic_id)
            for name, topic_id in topic_ids(topics).items()
            if len(found[name]) == counts[name]
        }
