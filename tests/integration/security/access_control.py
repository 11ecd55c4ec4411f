"""Rights in Kafka (ACLs), given by the broker's administrator: who comes over its plain listener.

aiokafka cannot give any; CreateAcls, version 1: https://kafka.apache.org/protocol#The_Messages_CreateAcls.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Int8, Int16, Int32, Schema, String

from embedded.listeners import SecuredListener

TOPIC, GROUP = 2, 3
READ, WRITE, DESCRIBE = 3, 4, 8
_LITERAL, _ALLOW = 3, 3


@dataclass(frozen=True, slots=True)
class GuardedListener(SecuredListener):
    """A way in whose users may do what they were given a right to, and nothing else."""

    @property
    def properties(self) -> str:
        """Further lines of the broker's settings."""
        return f"""\
{super(GuardedListener, self).properties}\
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
"""


@dataclass(frozen=True)
class Right:
    """What the user may do with one thing."""

    kind: int
    name: str
    operation: int


class _CreateAclsResponse(Response):
    API_KEY = 30
    API_VERSION = 1
    SCHEMA = Schema(
        ("throttle_time_ms", Int32), ("results", Array(("error_code", Int16), ("error_message", String("utf-8"))))
    )


class _CreateAclsRequestV1(RequestStruct):
    API_KEY = 30
    API_VERSION = 1
    RESPONSE_TYPE = _CreateAclsResponse
    SCHEMA = Schema(
        (
            "creations",
            Array(
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
                ("pattern_type", Int8),
                ("principal", String("utf-8")),
                ("host", String("utf-8")),
                ("operation", Int8),
                ("permission_type", Int8),
            ),
        )
    )


class _CreateAclsRequest(Request[_CreateAclsRequestV1]):
    API_KEY = 30

    def __init__(self, user: str, rights: list[Right]) -> None:
        self._user, self._rights = user, rights

    def build(self, request_struct_class: type[_CreateAclsRequestV1]) -> _CreateAclsRequestV1:
        return request_struct_class(
            [
                (
                    right.kind,
                    right.name,
                    _LITERAL,
                    f"User:{self._user}",
                    "*",
                    right.operation,
                    _ALLOW,
                )
                for right in self._rights
            ]
        )


async def give(bootstrap_servers: str, user: str, rights: list[Right]) -> None:
    """Give a user these rights."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        answer = await admin._send_to_controller(_CreateAclsRequest(user, rights))  # noqa: SLF001  # nothing public sends
    finally:
        await admin.close()
    assert [code for code, _ in answer.results] == [0] * len(rights), answer
