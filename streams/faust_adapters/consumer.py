"""The consumer and its thread.

See the package for what the classes are.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from faust.transport.drivers import aiokafka as driver

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer
    from faust.types import TP


class FetchingThread(driver.AIOKafkaConsumerThread):
    """The thread that fetches."""

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:  # noqa: ANN401  # Faust's signature
        consumer = super()._create_worker_consumer(transport)
        self.on_consumer_made(consumer)
        return consumer

    @abstractmethod
    def on_consumer_made(self, consumer: AIOKafkaConsumer) -> None:
        """The consumer has not started yet."""

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        return await self.commit_here(offsets)

    @abstractmethod
    async def commit_here(self, offsets: Mapping[TP, int]) -> bool:
        """Commit the group's position, in this thread; whether that was done."""

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: set[TP] | None,
        timeout: float | None = None,  # noqa: ASYNC109  # Faust's signature
        max_records: int | None = None,
    ) -> Mapping[TP, Any]:
        return await self.fetch_here(consumer, active_partitions, timeout, max_records)

    @abstractmethod
    async def fetch_here(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: set[TP] | None,
        timeout: float | None,  # noqa: ASYNC109  # Faust's signature
        max_records: int | None,
    ) -> Mapping[TP, Any]:
        """Fetch records of these partitions, in this thread."""

    def started_consumer(self) -> AIOKafkaConsumer:
        """The consumer.

        Raises:
            faust.exceptions.ConsumerNotStarted: there is none yet.
        """
        return self._ensure_consumer()

    async def seek_here(self, partitions: Mapping[TP, int]) -> None:
        """Seek, in this thread."""
        await self._seek_wait(self._ensure_consumer(), partitions)


class ThreadListener(driver.ConsumerRebalanceListener):
    """What aiokafka tells of rebalances."""

    def thread(self) -> Any:  # noqa: ANN401  # what `new_thread` made
        """The thread that fetches, in which this is called."""
        return self._thread


class ThreadedConsumer(driver.Consumer):
    """The app's consumer, which has a thread fetch."""

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return self.new_thread()

    @abstractmethod
    def new_thread(self) -> driver.AIOKafkaConsumerThread:
        """The thread that is to fetch."""

    def fetching_thread(self) -> Any:  # noqa: ANN401  # what `new_thread` made
        """The thread that fetches."""
        return self._thread

    def _new_offset(self, tp: TP) -> int | None:
        return self.next_committable(tp)

    def next_committable(self, tp: TP) -> int | None:
        """The offset after what is acknowledged without a gap; None if nothing new is."""
        offset: int | None = super()._new_offset(tp)
        return offset

    def take_last_acknowledged(self, tp: TP) -> int | None:
        """The last offset that was acknowledged, of those not taken yet; None if none was."""
        acknowledged = self._acked[tp]
        if not acknowledged:
            return None
        last: int = max(acknowledged)
        acknowledged.clear()
        self._acked_index[tp].clear()
        return last

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        await self.skip_gap(tp, offset_from, offset_to)

    async def skip_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Take note of offsets that no record has."""
        await super()._add_gap(tp, offset_from, offset_to)

    async def next_records(self, timeout: float) -> tuple[Mapping[TP, Any] | None, set[TP] | None]:  # noqa: ASYNC109  # Faust's signature
        """What the thread fetched, and the partitions that are active; None for all."""
        fetched: tuple[Mapping[TP, Any] | None, set[TP] | None] = await self._wait_next_records(timeout)
        return fetched

    def note_read(self, tp: TP, offset: int) -> None:
        """Take note of the last offset of a partition that an agent was handed."""
        self._read_offset[tp] = offset

    def is_buffered(self, tp: TP) -> bool:
        """Whether the partition is paused because its buffer is full."""
        return tp in self._buffered_partitions
