"""A world of its own for one history: database, topics, workers, publishers, and a bad network in between."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from embedded.cluster import Cluster, running
from embedded.listeners import ProxiedListener
from embedded.ports import LOOPBACK, free_ports
from models.kafka_format.codecs import Codec
from models.settings.environment import Settings
from streams.postgres.migration import migrate
from streams.queries.audit import audit
from tests.conditions import until
from tests.faults import upgrade
from tests.faults.client_records import ClientRecords
from tests.faults.comparison import Comparison
from tests.faults.declaration import Declaration
from tests.faults.fleet import Fleet
from tests.faults.history import History
from tests.faults.kafka_log import KafkaLog
from tests.faults.oracle import Oracle
from tests.faults.patience import patient
from tests.faults.progress import Progress
from tests.faults.proxy import Proxy
from tests.faults.publishing import Client, Loads
from tests.faults.transactional_client import TransactionalClient

CATCH_UP_SECONDS = 120.0
DELIVERY_TIMEOUT = "10"
CONFIG = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "message.timestamp.type": "CreateTime",
    # Times that no client can have meant are for the worker to refuse.
    "message.timestamp.after.max.ms": str(2**63 - 1),
}


@dataclass(frozen=True, slots=True)
class Servers:
    """Kafka and Postgres, each with a proxy before it that the workers go through."""

    cluster: Cluster
    kafka_proxy: Proxy
    postgres_proxy: Proxy

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator[Servers]:
        kafka_in, kafka_out, postgres_out = free_ports(3)
        with running(further=[ProxiedListener(kafka_in, kafka_out)]) as cluster:
            servers = cls(cluster, Proxy(kafka_out, kafka_in), Proxy(postgres_out, cluster.postgres.port))
            servers.kafka_proxy.start()
            servers.postgres_proxy.start()
            try:
                yield servers
            finally:
                servers.kafka_proxy.stop()
                servers.postgres_proxy.stop()

    @property
    def bootstrap_servers(self) -> str:
        return self.cluster.kafka.bootstrap_servers


@dataclass(frozen=True, slots=True)
class World:
    """What differs from one history to the next."""

    partitions: int
    batch_records: int
    workers: int
    refusing: bool
    """Whether Postgres refuses the rows of one group."""
    forgetful: bool = False
    """Whether Postgres, killed, forgets what was committed in its last moments: synchronous_commit is off."""
    codec: str = "none"
    """How our producer compresses."""

    @classmethod
    def drawn(cls, draw: Random) -> World:
        return cls(
            draw.randint(1, 6),
            draw.choice([20, 200, 2000, 100_000]),
            draw.randint(1, 3),
            draw.random() < 0.3,
            draw.random() < 0.3,
            draw.choice(list(Codec)).value,
        )


class Laboratory:
    """One history's world; see `open`."""

    def __init__(self, servers: Servers, world: World, declaration: Declaration, folder: Path, draw: Random) -> None:
        self.servers = servers
        self.world = world
        self.folder = folder
        self.draw = draw
        self.database = f"lab_{uuid.uuid4().hex}"
        self.store = folder / "store"
        self.declaration = declaration
        self.model = self.written(declaration)
        self.history = History(Random(draw.random()), folder, declaration)
        self.log = KafkaLog(servers.bootstrap_servers, declaration.topics)
        self._taken = 0
        self.oracle = Oracle(declaration, self.history.refused_group if world.refusing else None)
        own = {
            **os.environ,
            **servers.cluster.environment,
            "MODEL": self.model,
            "STORE_DIR": str(self.store),
            "TOPIC_PARTITIONS": str(world.partitions),
            "MAX_BATCH_RECORDS": str(world.batch_records),
            "DELIVERY_TIMEOUT": DELIVERY_TIMEOUT,
            "KAFKA_COMPRESSION": world.codec,
        }
        self.database_url = self._url(servers.cluster.postgres.port)
        through_proxies = {
            "DATABASE_URL": self._url(servers.postgres_proxy.port),
            "KAFKA_BOOTSTRAP_SERVERS": f"{LOOPBACK}:{servers.kafka_proxy.port}",
        }
        self.fleet = Fleet({**own, **through_proxies}, folder)
        self.loads = Loads({**own, "DATABASE_URL": self.database_url}, declaration, self.model)
        records = ClientRecords(Random(draw.random()), self.history)
        self.clients = (
            Client(servers.bootstrap_servers, records),
            TransactionalClient(servers.bootstrap_servers, records),
        )
        self.progress = Progress(self.database_url, self.log)

    def change_model(self, declaration: Declaration, model: str) -> None:
        """Declare something else from now on: workers that are started have this model, and loads too."""
        self.declaration = declaration
        self.oracle.change(declaration)
        self.history.change(declaration)
        self.model = self.fleet.environment["MODEL"] = model
        self.loads.change(declaration, model)

    def written(self, declaration: Declaration) -> str:
        """The name of the model, whose file is written even if there is another one."""
        path = self.folder / f"model-{len(list(self.folder.glob('model-*.py')))}.py"
        path.write_text(declaration.source())
        return declaration.module or str(path)

    @property
    def settings(self) -> Settings:
        """Those of commands that run in this process."""
        return Settings(database_url=self.database_url, model=self.model)

    def _url(self, port: int) -> str:
        return f"postgresql://postgres@{LOOPBACK}:{port}/{self.database}"

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        servers: Servers,
        world: World,
        declaration: Declaration,
        folder: Path,
        draw: Random,
        before: Path | None = None,
    ) -> AsyncIterator[Laboratory]:
        """Make the world, and end it; `before` is an older release that it begins with (tests.faults.upgrade)."""
        folder.mkdir(parents=True)  # noqa: ASYNC240  # nothing else runs yet
        laboratory = cls(servers, world, declaration, folder, draw)
        await laboratory.admin(f"CREATE DATABASE {laboratory.database}")
        await (upgrade.make_tables(laboratory, before) if before else migrate(laboratory.settings))
        if world.forgetful:
            await laboratory.admin(f"ALTER DATABASE {laboratory.database} SET synchronous_commit = off")
        if world.refusing and laboratory.history.refusal:
            await laboratory.execute(laboratory.history.refusal)
        async with laboratory.kafka_admin() as kafka:
            await _blank_topics(kafka, declaration.topics, world.partitions)
        try:
            if before:
                await upgrade.play(laboratory, before)
            else:
                await laboratory.fleet.resize(world.workers)
                laboratory.fleet.supervise()
            await laboratory.progress.start()
            yield laboratory
        finally:
            await laboratory.stop_clients()
            await laboratory.progress.stop()
            await laboratory.fleet.close()
            await laboratory.admin(f"DROP DATABASE {laboratory.database} WITH (FORCE)")

    @asynccontextmanager
    async def kafka_admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.servers.bootstrap_servers)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    def start_clients(self) -> None:
        """Start those that do not run."""
        for client in self.clients:
            client.start()

    async def stop_clients(self) -> None:
        """Stop all; what a transaction leaves open is aborted by Kafka when its time is up."""
        for client in self.clients:
            await client.stop()

    async def admin(self, statement: str) -> None:
        """A statement in the server's own database."""
        await _execute(self.servers.cluster.postgres.url, statement)

    async def execute(self, statement: str) -> None:
        """A statement in the history's database."""
        await _execute(self.database_url, statement)

    async def lag(self) -> dict[tuple[str, int], int]:
        """How many records of each partition are not applied; those without any left out."""
        ends = await self.log.ends()
        connection = await asyncpg.connect(self.database_url)
        try:
            rows = await connection.fetch("SELECT topic, partition, next_offset FROM stream_offsets")
        finally:
            await connection.close()
        offsets = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
        return {place: end - offsets.get(place, 0) for place, end in ends.items() if end != offsets.get(place, 0)}

    async def caught_up(self) -> float:
        """Wait until everything published is applied; the seconds that took."""
        started = time.monotonic()
        lag: dict[tuple[str, int], int] = {}

        async def nothing_waits() -> bool:
            lag.clear()
            lag.update(await self.lag())
            return not lag

        limit = patient(CATCH_UP_SECONDS)
        try:
            await until(nothing_waits, "everything is applied", limit)
        except AssertionError:
            raise AssertionError(f"not applied within {limit:.0f} s: {lag}") from None
        return time.monotonic() - started

    async def wrong_now(self) -> list[str]:
        """What the audit finds at this moment, with the workers at work."""
        found = await audit(self.settings)
        return [f"audit: {difference}" for difference in found.differences]

    async def verify(self) -> Comparison:
        """Compare everything with the oracle; nothing may be waiting."""
        await self.log.read()
        for record in self.log.records[self._taken :]:
            self.loads.note(record, self.oracle.add(record))
        self._taken = len(self.log.records)
        comparison = Comparison()
        connection = await asyncpg.connect(self.database_url)
        try:
            await comparison.run(connection, self.declaration, await asyncio.to_thread(self.oracle.expected))
        finally:
            await connection.close()
        comparison.wrong += self.loads.wrong()
        comparison.wrong += await self.wrong_now()
        return comparison


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _blank_topics(admin: AIOKafkaAdminClient, topics: Sequence[str], partitions: int) -> None:
    async def own_topics() -> list[str]:
        return [name for name in await admin.list_topics() if not name.startswith("__")]

    async def no_topics() -> bool:
        return not await own_topics()

    if earlier := await own_topics():
        await admin.delete_topics(earlier)
        await until(no_topics, "all topics are deleted")
    await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=CONFIG) for name in topics])
