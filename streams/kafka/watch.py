"""Asks Kafka every second whether it answers, and says so once a step of the backoff when it does not.

The clients of aiokafka find out by themselves that Kafka is away and when it is back. But each of them says so for each
attempt, several times a second (`streams/operations/log_filters.py` keeps them quiet).
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from aiokafka.errors import KafkaError

from models.topics import REJECTS
from streams.kafka import client as kafka_client
from streams.retry.backoff import Backoff
from streams.retry.outages import reason

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer

INTERVAL = 1.0

ANSWER_LIMIT = 2.0
"""Seconds that Kafka may take to answer."""

log = logging.getLogger(__name__)


class KafkaWatch:
    """Watches whether Kafka answers, and logs when it does not."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        """Take the producer over whose connections to ask."""
        self._producer = producer

    async def run(self) -> None:
        """Ask Kafka every second until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL)
            backoff = Backoff(log)
            away = False
            while (fault := await self.fault()) is not None:
                away = True
                await backoff.wait("Kafka is away", fault)
            if away:
                log.info("Kafka answers again")

    async def fault(self) -> str | None:
        """Why Kafka does not answer now; None if it does."""
        try:
            async with asyncio.timeout(ANSWER_LIMIT):
                await kafka_client.read_topic_ids(self._producer, {REJECTS})
        except TimeoutError:
            return f"does not answer within {ANSWER_LIMIT:.0f} s"
        except (OSError, KafkaError) as error:
            return reason(error)
        return None
