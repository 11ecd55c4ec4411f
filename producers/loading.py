"""The whole way of a load: find the files, publish their rows, and wait until Postgres has them if asked to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from models.errors import KafkaUnreachableError
from models.rows import Reject
from models.settings import Settings
from models.topic_ids import TopicIdsRequest, topic_ids
from producers.applied import TopicPartition, lagging_after
from producers.errors import NothingLoadableError
from producers.file_loading import FileLoad
from producers.inputs import cannot_read, find
from producers.layout import LayoutOf, row_layout
from producers.load_id import new_load_identity
from producers.publishing import TopicWriter, batch_bytes
from producers.report import SHOWN_REJECTS, LoadReport
from producers.topic_creation import ensure_topics

_CONNECT_SECONDS = 15
"""So long may it take to reach Kafka and to have the topics ready."""
_STOP_SECONDS = 5


async def load(
    paths: Sequence[Path],
    settings: Settings,
    *,
    wait_timeout: float | None = None,
    on_reject: Callable[[Reject], None] | None = None,
) -> LoadReport:
    """Load files and folders into Kafka.

    Args:
        paths: CSV files, and folders whose CSV files are meant.
        settings: where Kafka and Postgres are.
        wait_timeout: seconds to wait for the worker to have applied everything; None: don't wait.
        on_reject: told of each rejected row.

    Raises:
        NothingLoadableError: no path leads to a file that can be loaded.
        KafkaUnreachableError: Kafka does not answer, or stopped answering.
        TopicCreationError: Kafka refuses to create a topic.
        DatabaseUnreachableError: Postgres does not answer while waiting.
    """
    return await Load(paths, settings, on_reject=on_reject).run(wait_timeout=wait_timeout)


class Load:
    """One load; `report` can be asked for at any time, after an interruption too."""

    def __init__(
        self,
        paths: Sequence[Path],
        settings: Settings,
        *,
        layout_of: LayoutOf = row_layout,
        on_reject: Callable[[Reject], None] | None = None,
    ) -> None:
        """See `load`; `layout_of` tells what the files' rows are for."""
        self._paths = paths
        self._layout_of = layout_of
        self._settings = settings
        self._on_reject = on_reject
        self._identity = new_load_identity()
        self._files: list[FileLoad] = []
        self._problems: list[str] = []
        self._first_rejects: list[Reject] = []
        self._waited_seconds = 0.0
        self._lagging: list[str] | None = None

    @property
    def report(self) -> LoadReport:
        """What came of the load up to now."""
        return LoadReport(
            load_id=self._identity.load_id,
            files=tuple(file.report for file in self._files),
            problems=tuple(self._problems),
            first_rejects=tuple(self._first_rejects),
            applied=None if self._lagging is None else not self._lagging,
            waited_seconds=self._waited_seconds,
            lagging=tuple(self._lagging or ()),
        )

    async def run(self, *, wait_timeout: float | None = None) -> LoadReport:
        """Do it; see `load`."""
        inputs = find(self._paths, self._layout_of)
        self._problems += inputs.problems
        if not inputs.files:
            raise NothingLoadableError(self._problems)
        ids: dict[str, UUID] = {}
        async with self._producer() as (producer, partition_counts):

            def open_writer(topic: str, file_name: str) -> TopicWriter:
                partitions, patience = partition_counts[topic], self._settings.delivery_timeout
                return TopicWriter(producer, topic, partitions, self._identity, file_name, patience)

            for source in inputs.files:
                file = FileLoad(source, open_writer, self._note_reject)
                self._files.append(file)
                await self._run_file(file, source.name)
                self._identity = self._identity.of_next_file()
            if wait_timeout is not None:
                ids = await _topic_ids(producer, list(partition_counts))
        if wait_timeout is not None:
            await self._wait(wait_timeout, ids)
        return self.report

    async def _run_file(self, file: FileLoad, name: str) -> None:
        try:
            await file.run()
        except OSError as error:
            self._problems.append(cannot_read(name, error))
        except BaseException:
            await file.abandon()
            raise

    async def _wait(self, wait_timeout: float, ids: dict[str, UUID]) -> None:
        started = time.monotonic()
        next_offsets = {
            TopicPartition(writer.topic, partition): offset
            for file in self._files
            for writer in file.writers
            for partition, offset in writer.next_offsets.items()
        }
        self._lagging = await lagging_after(wait_timeout, self._settings.database_url, next_offsets, ids)
        self._waited_seconds = time.monotonic() - started

    def _note_reject(self, reject: Reject) -> None:
        if len(self._first_rejects) < SHOWN_REJECTS:
            self._first_rejects.append(reject)
        if self._on_reject:
            self._on_reject(reject)

    @asynccontextmanager
    async def _producer(self) -> AsyncIterator[tuple[AIOKafkaProducer, dict[str, int]]]:
        """A producer, and the partitions of each topic.

        Raises:
            KafkaUnreachableError: Kafka does not answer, or fails the body.
        """
        address = f"Kafka at {self._settings.kafka_bootstrap_servers} (KAFKA_BOOTSTRAP_SERVERS)"
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                partition_counts = await ensure_topics(self._settings)
                producer = await _started_producer(self._settings, max(partition_counts.values()))
        except (KafkaError, TimeoutError, OSError, ValueError) as error:
            raise KafkaUnreachableError(f"{address} does not answer: is it running, is the address right?") from error
        try:
            yield producer, partition_counts
        except KafkaError as error:
            said = f"{self.report.published:,} rows were published, then: {str(error) or type(error).__name__}"
            raise KafkaUnreachableError(f"{address} does not answer any more: {said}") from error
        finally:
            await _stop(producer)


async def _stop(producer: AIOKafkaProducer) -> None:
    """Stop the producer; if Kafka is away, without waiting for it for ever."""
    stopping = asyncio.create_task(producer.stop())
    done, _ = await asyncio.wait([stopping], timeout=_STOP_SECONDS)
    if not done:
        # The task that retries is what stop() waits for; nothing public ends it.
        producer._sender.sender_task.cancel()  # noqa: SLF001
    await stopping


async def _started_producer(settings: Settings, most_partitions: int) -> AIOKafkaProducer:
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.brokers,
        acks="all",
        enable_idempotence=True,
        max_batch_size=batch_bytes(most_partitions),
    )
    try:
        await producer.start()
    except BaseException:
        await producer.stop()
        raise
    return producer


async def _topic_ids(producer: AIOKafkaProducer, names: list[str]) -> dict[str, UUID]:
    client = producer.client
    response = await client.send(client.get_random_node(), TopicIdsRequest(names))
    return topic_ids(response)
