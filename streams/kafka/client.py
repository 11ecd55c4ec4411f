"""What the worker has with Kafka beside Faust: the changelog's producer, and the ids of the topics."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import UUID

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from faust.auth import SASLCredentials, SSLCredentials
from faust.types.auth import CredentialsT

from models.clients.kafka import address, client_options, refusal, ssl_context
from models.clients.topic_ids import TopicIdsRequest, topic_ids
from models.errors import KafkaUnreachableError
from streams.retry.backoff import Backoff

if TYPE_CHECKING:
    from models.settings.environment import Settings

log = logging.getLogger(__name__)

CONSUMER_GROUP = "exact-features"
"""The workers' group; Faust names it after the application."""

CHANGELOG_BATCH_BYTES = 950 * 1024
"""Within Kafka's default limit of 1 MiB a batch, and large enough for the largest value of the table."""


async def open_producer(settings: Settings) -> AIOKafkaProducer:
    """A producer for the changelog; waits for Kafka for as long as it takes, logging each attempt.

    Raises:
        KafkaUnreachableError: it is there, but is not trusted or will not have us.
    """
    backoff = Backoff(log)
    while True:
        producer = AIOKafkaProducer(
            **client_options(settings),
            # Not idempotent: a producer that is stops for good at a gap, and a repeated record changes nothing here.
            acks="all",
            max_batch_size=CHANGELOG_BATCH_BYTES,
        )
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            await producer.stop()
            if said := await refusal(settings):
                raise KafkaUnreachableError(f"{address(settings)} {said}") from error
            await backoff.wait("Kafka does not answer", error)
        else:
            return producer


async def read_topic_ids(producer: AIOKafkaProducer, topics: set[str]) -> dict[str, UUID]:
    """The id of each of the topics, asked over the producer's connections.

    Raises:
        aiokafka.errors.KafkaError: no broker answered.
    """
    node = producer.client.get_random_node()
    return topic_ids(await producer.client.send(node, TopicIdsRequest(sorted(topics))))


def faust_credentials(settings: Settings) -> CredentialsT | None:
    """The same security as the other clients', in Faust's terms; None: neither TLS nor a login."""
    context = ssl_context(settings)
    if settings.kafka_security_protocol.has_login:
        return SASLCredentials(
            username=settings.kafka_sasl_username,
            password=settings.kafka_sasl_password.get_secret_value(),
            mechanism=settings.kafka_sasl_mechanism.value,
            ssl_context=context,
        )
    return SSLCredentials(context) if context is not None else None
