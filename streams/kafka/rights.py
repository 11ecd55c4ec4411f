"""What the worker must be allowed to do in Kafka, looked at before it begins.

Where a right is missing, aiokafka's clients ask again and again, and say so in the log at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum

from aiokafka import AIOKafkaProducer
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError

from models.clients.topic_ids import TopicIdsRequest, topic_operations
from models.errors import MissingRightError
from streams.retry.outages import RIGHT_REFUSALS

ADVICE = "give this user the rights of docs/security.md"


class Operation(IntEnum):
    """Operations by their numbers: org.apache.kafka.common.acl.AclOperation."""

    READ = 3
    WRITE = 4
    DESCRIBE = 8


async def check_topic_rights(producer: AIOKafkaProducer, inputs: Iterable[str], changelogs: Iterable[str]) -> None:
    """Check that the inputs may be read, and the changelogs read and written.

    Raises:
        MissingRightError: one may not; all rights that are missing are named.
        aiokafka.errors.KafkaError: no broker answered.
    """
    needed = dict.fromkeys(inputs, (Operation.READ,)) | dict.fromkeys(changelogs, (Operation.READ, Operation.WRITE))
    node = producer.client.get_random_node()
    allowed = topic_operations(await producer.client.send(node, TopicIdsRequest(sorted(needed))))
    if missing := ", ".join(_missing(needed, allowed)):
        raise MissingRightError(f"Kafka does not give this user {missing}: {ADVICE}")


def refused_right(error: BaseException) -> str | None:
    """One line about a right that Kafka refused; None if the error is another one."""
    if not isinstance(error, RIGHT_REFUSALS):
        return None
    about = {GroupAuthorizationFailedError: "Read on the group", TopicAuthorizationFailedError: "a right to the topic"}
    what = next((text for kind, text in about.items() if isinstance(error, kind)), "a right to")
    return f"Kafka does not give this user {what} {error.args[0] if error.args else '(not named)'}: {ADVICE}"


def _missing(needed: Mapping[str, tuple[Operation, ...]], allowed: Mapping[str, int]) -> Iterator[str]:
    for topic, operations in needed.items():
        bits = allowed.get(topic, 0)
        # Whoever is shown a topic may describe it: a broker that does not say so does not tell rights at all.
        if topic in allowed and not (bits > 0 and bits >> Operation.DESCRIBE & 1):
            continue
        for operation in operations if topic in allowed else (Operation.DESCRIBE, *operations):
            if not bits >> operation & 1:
                yield f"{operation.name.capitalize()} on topic {topic}"
