"""A client that publishes in transactions, and aborts half of them."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from tests.faults.publishing import Client

TRANSACTION_MS = 5000
"""After so long Kafka aborts what a client left open: it looks every ten seconds."""
PATIENCE = 8.0
LONGEST_PAUSE = 0.5
RETRY_PAUSE = 0.5


class TransactionalClient(Client):
    """Publishes one transaction after the other, each to any partitions, until it is stopped."""

    async def _run(self) -> None:
        while not self._stopping:
            # Whatever fails leaves the producer in a state of its own: another one goes on.
            with suppress(KafkaError, TimeoutError, OSError, ValueError, AssertionError):
                await self._session()
            await asyncio.sleep(RETRY_PAUSE)

    async def _session(self) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap_servers,
            transactional_id=f"laboratory-{uuid.uuid4()}",
            transaction_timeout_ms=TRANSACTION_MS,
            request_timeout_ms=5000,
            compression_type=self._records.codec(),
        )
        try:
            await asyncio.wait_for(producer.start(), PATIENCE)
            while not self._stopping:
                await asyncio.wait_for(self._transaction(producer), PATIENCE)
        finally:
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(producer.stop(), PATIENCE)

    async def _transaction(self, producer: AIOKafkaProducer) -> None:
        records, is_aborted = self._records.transaction()
        await producer.begin_transaction()
        try:
            for record in records:
                await self._publish(producer, record)
            await producer.flush()
            await asyncio.sleep(LONGEST_PAUSE * len(records) % 7 / 7)
        except BaseException:
            with suppress(KafkaError):
                await producer.abort_transaction()
            raise
        if is_aborted:
            await producer.abort_transaction()
        else:
            await producer.commit_transaction()
