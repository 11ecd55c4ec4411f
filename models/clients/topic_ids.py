"""Asking Kafka for the ids of topics: a topic deleted and created again has the same name and another id.

aiokafka 0.14 speaks the Metadata protocol up to version 5; ids came with version 10. These are the definitions of
version 12 (https://kafka.apache.org/protocol#The_Messages_Metadata), to be sent by any aiokafka client.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

_NO_ID = UUID(int=0)


class _Uuid(AbstractType[UUID]):
    @classmethod
    def encode(cls, value: UUID) -> bytes:
        return value.bytes

    @classmethod
    def decode(cls, data: BytesIO) -> UUID:
        return UUID(bytes=data.read(16))


class TopicIdsResponse(Response):
    """Metadata response, version 12."""

    API_KEY = 3
    API_VERSION = 12
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", CompactString("utf-8")),
                ("port", Int32),
                ("rack", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", CompactString("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("name", CompactString("utf-8")),
                ("topic_id", _Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _TopicIdsRequestV12(RequestStruct):
    API_KEY = 3
    API_VERSION = 12
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = TopicIdsResponse
    SCHEMA = Schema(
        (
            "topics",
            CompactArray(("topic_id", _Uuid), ("name", CompactString("utf-8")), ("tags", TaggedFields)),
        ),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class TopicIdsRequest(Request[_TopicIdsRequestV12]):
    """Metadata request for the topics of these names; creates none."""

    API_KEY = 3

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def build(self, request_struct_class: type[_TopicIdsRequestV12]) -> _TopicIdsRequestV12:
        """The request in the form that the broker reads."""
        return request_struct_class([(_NO_ID, name, {}) for name in self._names], False, True, {})  # noqa: FBT003  # positional by protocol


def topic_ids(response: Any) -> dict[str, UUID]:  # noqa: ANN401  # aiokafka gives responses' fields no types
    """The id of each topic that the response knows, by name."""
    return {topic[1]: topic[2] for topic in response.topics if topic[0] == 0}


def topic_operations(response: Any) -> dict[str, int]:  # noqa: ANN401  # the same
    """What this user may do with each topic that the response knows: a bit for each operation, by its number."""
    return {topic[1]: topic[5] for topic in response.topics if topic[0] == 0}
