"""aiokafka's private names on the producers' side: produce requests are handed to a connection in parts, not joined.

aiokafka joins a request eight times on its way from the batches to the socket: by the array, by the schema, with its
header, with its size. For requests of megabytes that was a quarter of a load's processor time. Here the large parts go
to the socket one after the other, and a broker gets the next request before it has answered the last one. Everything
else is left to aiokafka's sender: the producer's id, epoch and sequence numbers, the order of batches, and retries.

The form is that of Produce requests, versions 3 to 7: https://kafka.apache.org/protocol#The_Messages_Produce
The private attributes are those that aiokafka 0.14 uses itself when it sends. They are used in this module only;
tests/unit/private_names says what is missing after an upgrade.
"""

from __future__ import annotations

import asyncio
import struct
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaProducer
from aiokafka.client import ConnectionGroup
from aiokafka.conn import CloseReason
from aiokafka.errors import IncompatibleBrokerVersion, KafkaConnectionError, NodeNotReadyError, RequestTimedOutError
from aiokafka.producer.sender import Sender, SendProduceReqHandler
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.util import wait_for

if TYPE_CHECKING:
    from aiokafka.client import AIOKafkaClient
    from aiokafka.conn import AIOKafkaConnection
    from aiokafka.producer.message_accumulator import MessageBatch
    from aiokafka.structs import TopicPartition

_OLDEST_VERSION = 3
"""The first one for record batches; aiokafka knows none after 7."""
_NO_TRANSACTION = struct.pack(">h", -1)
_ACKS_AND_TIMEOUT = struct.Struct(">hi")
_LENGTH = struct.Struct(">i")
_PARTITION = struct.Struct(">ii")
"""Number of the partition, bytes of its batch."""

Parts = Sequence[bytes]
"""One batch."""


class BatchInParts(ABC):
    """What aiokafka's sender takes in place of its own BatchBuilder, and sends here in parts."""

    def _set_producer_state(self, producer_id: int, producer_epoch: int, base_sequence: int) -> None:
        self.set_producer(producer_id, producer_epoch, base_sequence)

    @abstractmethod
    def set_producer(self, producer_id: int, producer_epoch: int, base_sequence: int) -> None:
        """Take whose batch it is, and the sequence number of its first record."""

    @abstractmethod
    def parts(self) -> Parts:
        """The batch, which gets no further records."""


def send_in_parts(producer: AIOKafkaProducer) -> None:
    """Have a producer that was not started yet send its batches, those of other builders too, in parts."""
    stock = producer._sender
    producer._sender = _PartsSender(
        stock.client,
        acks=stock._acks,
        txn_manager=stock._txn_manager,
        message_accumulator=stock._message_accumulator,
        retry_backoff_ms=stock._retry_backoff * 1000,
        request_timeout_ms=stock._request_timeout_ms,
    )


def stop_sending(producer: AIOKafkaProducer) -> None:
    """Have the task end that sends batches again: nothing public does."""
    producer._sender.sender_task.cancel()


def encoded_request(acks: int, timeout_ms: int, batches: Mapping[str, Iterable[tuple[int, Parts]]]) -> list[bytes]:
    """A request without its header; the parts of batches, but for their first ones, are among its parts as they are.

    Args:
        acks: as the protocol numbers them.
        timeout_ms: for the broker.
        batches: by topic, each with the number of its partition.
    """
    parts: list[bytes] = []
    front = bytearray(_NO_TRANSACTION + _ACKS_AND_TIMEOUT.pack(acks, timeout_ms) + _LENGTH.pack(len(batches)))
    for topic, of_topic in batches.items():
        name, listed = topic.encode(), list(of_topic)
        front += struct.pack(">h", len(name)) + name + _LENGTH.pack(len(listed))
        for partition, batch in listed:
            front += _PARTITION.pack(partition, sum(map(len, batch)))
            begins, *rest = batch
            parts += (bytes(front) + begins, *rest)
            front.clear()
    return parts


class _PartsSender(Sender):
    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        self._in_flight = _NoNodes()

    async def _send_produce_req(self, node_id: int, batches: Mapping[TopicPartition, MessageBatch]) -> None:
        await _Handler(self, batches).do(node_id)
        self._muted_partitions.difference_update(batches)


class _NoNodes(set[int]):
    """The nodes that get no request before the last one is answered.

    None, so that a broker need not wait for us after each request. It is a partition that has one batch on its way at
    most, which the sender sees to as well: so batches stay in order, and are sent again in order, too.
    """

    def add(self, node: int) -> None:
        """Ignore the node: none ever waits."""


class _Handler(SendProduceReqHandler):
    """One request with its retries, answered by aiokafka's own handler."""

    def __init__(self, sender: Sender, batches: Mapping[TopicPartition, MessageBatch]) -> None:
        super().__init__(sender, batches)
        self._client = _PartsClient(sender.client)

    def create_request(self) -> _PartsRequest:
        batches: dict[str, list[tuple[int, Parts]]] = defaultdict(list)
        for at, batch in self._batches.items():
            batches[at.topic].append((at.partition, _parts(batch)))
        return _PartsRequest(self._sender._acks, self._sender._request_timeout_ms, batches)


def _parts(batch: MessageBatch) -> Parts:
    builder = batch._builder
    return builder.parts() if isinstance(builder, BatchInParts) else (bytes(batch.get_data_buffer()),)


class _PartsRequest(ProduceRequest):
    def __init__(self, acks: int, timeout_ms: int, batches: Mapping[str, Iterable[tuple[int, Parts]]]) -> None:
        super().__init__(None, acks, timeout_ms, [])
        self.parts = encoded_request(acks, timeout_ms, batches)


class _PartsClient:
    """What the handler needs of a client."""

    def __init__(self, client: AIOKafkaClient) -> None:
        self._client = client
        self.force_metadata_update = client.force_metadata_update
        self._maybe_wait_metadata = client._maybe_wait_metadata

    async def send(self, node_id: int, request: _PartsRequest) -> object:
        """Send it to a broker and wait for the answer, as `AIOKafkaClient.send` does.

        Raises:
            NodeNotReadyError: there is no connection, and none can be made.
            KafkaConnectionError: it breaks.
            RequestTimedOutError: no answer comes; the connection is closed, so that the next request makes another.
        """
        if not await self._client.ready(node_id):
            raise NodeNotReadyError(f"broker {node_id} is not ready")
        connection = self._client._conns[node_id, ConnectionGroup.DEFAULT]
        try:
            return await wait_for(_write(connection, request), connection._request_timeout)
        except TimeoutError as error:
            connection.close(reason=CloseReason.CONNECTION_TIMEOUT)
            raise RequestTimedOutError from error


def _write(connection: AIOKafkaConnection, request: _PartsRequest) -> asyncio.Future[object]:
    """Write a request, as `AIOKafkaConnection.send` does; return the future of its answer."""
    if connection._writer is None:
        raise KafkaConnectionError(f"there is no connection to {connection.host}:{connection.port}")
    form = request.prepare(connection._versions)
    if form.API_VERSION < _OLDEST_VERSION:
        raise IncompatibleBrokerVersion("the broker is too old for record batches")
    number = connection._next_correlation_id()
    header = form.build_request_header(correlation_id=number, client_id=connection._client_id).encode()
    first, *rest = request.parts
    first = header + first
    size = len(first) + sum(map(len, rest))
    try:
        # Without waiting in between, so that no other request of the connection comes among the parts.
        connection._writer.write(_LENGTH.pack(size) + first)
        for part in rest:
            # A view, as the transport cuts off what the socket has taken.
            connection._writer.write(memoryview(part))
    except OSError as error:
        connection.close(reason=CloseReason.CONNECTION_BROKEN)
        raise KafkaConnectionError(f"the connection to {connection.host}:{connection.port} broke: {error}") from error
    answer: asyncio.Future[object] = connection._loop.create_future()
    connection._requests.append((number, form, answer))
    return answer
