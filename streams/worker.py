"""The Faust application: Faust's own, with the batch transport and Postgres brought up before it reads anything."""

from __future__ import annotations

import logging
import socket
import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from faust.types import TP
from yarl import URL

from models.clients.topic_creation import ensure_topics
from models.declaration.as_json import model_fingerprint
from models.errors import SettingsError, StalePositionError
from models.sql.names import tables_of
from models.topics import INPUT_TOPICS
from streams.faust_adapters.process import AppBase
from streams.kafka import client as kafka_client
from streams.kafka.batch_consumer import BatchConsumer, BatchTransport
from streams.kafka.rights import check_topic_rights
from streams.kafka.watch import KafkaWatch
from streams.maintenance.model_taking import take_model
from streams.maintenance.model_watch import watch_model
from streams.offsets.damaged_partitions import DamagedPartitions
from streams.offsets.fencing import fencing
from streams.offsets.start_offsets import StartOffset, read_start_offsets
from streams.offsets.watermarks import read_watermarks, within_log
from streams.operations import log_filters, memory
from streams.operations.fatal_errors import described
from streams.operations.logs import LoggingWorker
from streams.operations.metrics import Metrics
from streams.operations.shutdown import EXIT_FAILED, end_process
from streams.operations.throughput import Throughput
from streams.postgres import migration
from streams.postgres import server as database
from streams.postgres.pool import Connections
from streams.retry.outages import through_outages
from streams.table.recovery import BoundedTableManager
from streams.table.store import ReplaceableTable
from streams.table.store_slot import StoreSlot
from streams.transactions.retries import RetriedTransactions
from streams.web import access as web_access
from streams.web.limits import LimitedWeb

if TYPE_CHECKING:
    from faust.types import AgentT

    from models.declaration.model import Model
    from models.settings.environment import Settings
    from streams.kafka.canonical_records import ValueReader
    from streams.kafka.micro_batch import MicroBatch
    from streams.table.state_tables import StateTables
    from streams.transactions.partition_queues import PartitionQueues

log = logging.getLogger(__name__)

CONNECTIONS = 6
"""Postgres connections of one worker: queues of several topics at work, starting points, web pages."""

FETCH_DISTANCE, LONGEST_FETCH_DISTANCE = 1 / 3, 0.02
"""The part of a transaction's time that lies between two fetches, and most seconds."""


class Application(AppBase):
    """Worker of the input topics."""

    settings: Settings
    model: Model
    model_fingerprint: str
    state_tables: StateTables
    value_readers: Mapping[str, ValueReader]
    """What reads values by columns, by topic."""
    metrics: Metrics
    throughput: Throughput
    persistence: RetriedTransactions
    damaged_partitions: DamagedPartitions
    queues: dict[str, PartitionQueues]
    """By topic; where agents at work keep what they have at hand."""

    def new_transport(self) -> Any:  # noqa: ANN401  # Faust's own signature
        """The way to Kafka, in micro-batches."""
        return BatchTransport(self.conf.broker_consumer, self)

    def new_web_server(self) -> Any:  # noqa: ANN401  # Faust's own signature
        """The web server, with limits."""
        return LimitedWeb(self)

    def on_init_dependencies(self) -> Iterable[Any]:
        """Faust's services. The web server is left out if its port is taken, as by another worker on this machine.

        The process ends if the web server would be open to other machines without a token.
        """
        if self.conf.web_enabled:
            self._check_exposure()
        if self.conf.web_enabled and not self._web_port_is_free():
            self._reconfigure("web_enabled", False)  # noqa: FBT003  # the setting's value
        return super().on_init_dependencies()

    def _check_exposure(self) -> None:
        try:
            web_access.check_exposure(self.settings)
        except SettingsError as error:
            self.end(error)

    def _web_port_is_free(self) -> bool:
        try:
            socket.create_server((self.settings.web_host, self.settings.web_port)).close()
        except OSError as error:
            log.warning("No web pages: port %s cannot be used (%s)", self.settings.web_port, error.strerror)
            return False
        return True

    def _reconfigure(self, setting: str, value: object) -> None:
        with warnings.catch_warnings():
            # Faust warns that the setting was read before; but nothing has been made of it yet.
            warnings.simplefilter("ignore")
            setattr(self.conf, setting, value)

    async def on_first_start(self) -> None:
        """Bring up everything that agents need, then let Faust start its consumer."""
        log_filters.calm()
        try:
            await self._bring_up()
        except Exception as error:  # noqa: BLE001  # the process ends with it
            self.end(error)
        await super().on_first_start()

    async def _bring_up(self) -> None:
        memory.settle()
        self._slot = StoreSlot(self.settings.store_dir)
        self._reconfigure("datadir", self._slot.path)
        await database.wait_until_ready(self.settings)
        await through_outages(
            "The schema cannot be brought up to date",
            lambda: migration.bring_up_to_date(self.settings, [*tables_of(self.model), *self.model.reports]),
        )
        await through_outages("Postgres does not answer", lambda: take_model(self.settings, self.model))
        pool = await through_outages(
            "Postgres does not answer", lambda: database.open_pool(self.settings, CONNECTIONS, tables_of(self.model))
        )
        self.connections = Connections(pool, lambda: database.fault(self.settings))
        self.persistence = RetriedTransactions(self.connections, self.metrics)
        self.changelog_producer = await kafka_client.open_producer(self.settings)
        self.kafka_watch = KafkaWatch(self.changelog_producer)
        self.state_tables.use(self.changelog_producer)
        # A table's partitions are those of its topic, as it is and not as the settings would make it.
        counts = await through_outages(
            "The topics cannot be created", lambda: ensure_topics(self.settings, self.state_tables.changelogs)
        )
        await through_outages(
            "Kafka does not say what this user may do",
            lambda: check_topic_rights(self.changelog_producer, INPUT_TOPICS, self.state_tables.changelogs),
        )
        self.state_tables.set_partitions(counts)
        self.add_future(self.kafka_watch.run())
        self.add_future(self.damaged_partitions.run())
        self.add_future(self.throughput.run())
        self.add_future(watch_model(self))

    async def starting_points(self, partitions: set[TP]) -> Mapping[TP, StartOffset]:
        """Where to read on in each of the partitions, by Postgres; waits while it or Kafka is away."""
        try:
            self.state_tables.check_covers(partitions)
            return await through_outages(
                "Cannot find where to resume reading", lambda: self._read_starting_points(partitions)
            )
        except StalePositionError as error:
            self.end(error)
            raise

    async def _read_starting_points(self, partitions: set[TP]) -> Mapping[TP, StartOffset]:
        ids = await self.topic_ids({tp.topic for tp in partitions})
        async with self.connections.borrowed() as connection:
            async with fencing(self.connections, connection):
                points = await read_start_offsets(connection, partitions, ids)
            found = await within_log(connection, points, lambda: read_watermarks(self.settings, partitions))
        self.metrics.begins({tp: point.next_offset for tp, point in found.items()})
        return found

    async def topic_ids(self, topics: set[str]) -> Mapping[str, UUID]:
        """The ids of those of the topics that there are."""
        return await kafka_client.read_topic_ids(self.changelog_producer, topics)

    def log_ends(self) -> dict[TP, int]:
        """Where the log of each input partition that this worker reads ends, by the last fetch of it."""
        return cast("BatchConsumer", self.consumer).log_ends()

    def records_after(self, batch: MicroBatch) -> int:
        """How many records of its partition Kafka has after a batch, by the last fetch."""
        tp = TP(batch.topic, batch.partition)
        return cast("BatchConsumer", self.consumer).records_after(tp, batch.next_offset)

    def is_current(self, generation: int | None) -> bool:
        """Whether what was fetched in this generation of the consumer group may still be applied."""
        return generation == self.consumer_generation_id and not self.should_stop

    def eagerness(self, tp: TP) -> int | None:
        """How much more of a partition is wanted, beside others; None: nothing at the moment. From any thread."""
        queues = self.queues.get(tp.topic)
        # An agent that has not begun yet takes what there is: its stream's buffer is small.
        return queues.eagerness(tp.partition) if queues is not None else 0

    def fetch_distance(self) -> float:
        """Seconds that a fetch is kept from the one before: a part of a transaction. From any thread."""
        return min(self.metrics.last_seconds * FETCH_DISTANCE, LONGEST_FETCH_DISTANCE)

    def look_again(self) -> None:
        """Have the fetcher look for what was not wanted before."""
        cast("BatchConsumer", self.consumer).look_again()

    def end(self, error: BaseException) -> None:
        """End the process at once: what is not committed will be read again by the next one.

        Faust would restart a crashed agent and go on after the batch that it lost, or stop a part of the worker and
        leave the others waiting for it. While the worker stops, errors are of no account.
        """
        if self.is_stopping():
            log.info("While stopping: %s", described(error))
            return
        log.critical("The worker ends: %s", described(error))
        end_process(EXIT_FAILED)

    def on_crash(self, reason: BaseException) -> None:
        """End the process, whatever part of the worker has crashed."""
        self.end(reason)

    async def on_failed_agent(self, agent: AgentT[Any], error: BaseException) -> None:  # noqa: ARG002  # Faust's form
        """End the process."""
        self.end(error)

    async def on_stop(self) -> None:
        """Close what was brought up."""
        await super().on_stop()
        if hasattr(self, "changelog_producer"):
            await self.state_tables.finish()
            await self.changelog_producer.stop()
            self.connections.close()


def create(settings: Settings, model: Model) -> Application:
    """The application with the settings that record batches need."""
    app = Application(
        kafka_client.CONSUMER_GROUP,
        broker=[URL(f"kafka://{server}") for server in settings.brokers],
        broker_credentials=kafka_client.faust_credentials(settings),
        store="rocksdb://",
        datadir=settings.store_dir,
        topic_partitions=settings.topic_partitions,
        topic_replication_factor=settings.topic_replication,
        topic_disable_leader=True,
        # They are there by then; to ask again for one that is there takes the right to create it.
        topic_allow_declare=False,
        # A message is a batch, which the agent takes at once: a few are enough, and more would only take memory. With
        # one, Faust would stop and start the fetching of its partition for each.
        stream_buffer_maxsize=8,
        broker_max_poll_records=settings.max_batch_records,
        consumer_max_fetch_size=settings.max_batch_bytes,
        consumer_auto_offset_reset="earliest",
        # Each batch's checksum is looked at as it arrives.
        broker_check_crcs=False,
        # How soon partitions that were added to a topic are shared out.
        consumer_metadata_max_age_ms=10_000,
        broker_session_timeout=6.0,
        broker_heartbeat_interval=1.0,
        broker_commit_interval=1.0,
        # A member that does not come to the rebalance in time is left out: with nothing to wait for, none takes long.
        broker_rebalance_timeout=10.0,
        stream_recovery_delay=0.0,
        # A batch at work during a rebalance or a stop is committed or not, and dropped or read again accordingly:
        # there is nothing to wait for.
        stream_wait_empty=False,
        Table=ReplaceableTable,
        TableManager=BoundedTableManager,
        Worker=LoggingWorker,
        table_standby_replicas=0,
        # Whether the store is behind or ahead does not matter: each value is checked by its version.
        recovery_consistency_check=False,
        web_bind=settings.web_host,
        web_host=settings.web_host,
        web_port=settings.web_port,
        # Faust's own pages would show the tables to whoever asks.
        web_tables_enabled=False,
        web_router_enabled=False,
        web_graph_enabled=False,
        worker_redirect_stdouts=False,
    )
    app.settings = settings
    app.model = model
    app.model_fingerprint = model_fingerprint(model)
    app.queues = {}
    app.metrics = Metrics()
    app.damaged_partitions = DamagedPartitions(app)
    app.throughput = Throughput(app.metrics.rows_applied)
    return app
