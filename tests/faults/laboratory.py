"""A world of its own for one history: database, topics, workers, publishers, and a bad network in between."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from random import Random

from aiokafka.admin import AIOKafkaAdminClient

from embedded.ports import LOOPBACK
from models.settings.environment import Settings
from streams.postgres.migration import migrate
from streams.queries.audit import audit
from tests.conditions import until
from tests.faults import upgrade
from tests.faults.client_records import ClientRecords
from tests.faults.comparison import Comparison
from tests.faults.database import Database
from tests.faults.declaration import Declaration
from tests.faults.fleet import Fleet
from tests.faults.history import History
from tests.faults.kafka_log import KafkaLog
from tests.faults.oracle import Oracle
from tests.faults.patience import patient
from tests.faults.progress import Progress
from tests.faults.publishing import Client, Loads, Trickle
from tests.faults.servers import Servers
from tests.faults.topics import kafka_admin, make_topics
from tests.faults.transactional_client import TransactionalClient
from tests.faults.world import World

CATCH_UP_SECONDS = 120.0
DELIVERY_TIMEOUT = "10"


class Laboratory:
    """One history's world; see `open`."""

    def __init__(self, servers: Servers, world: World, declaration: Declaration, folder: Path, draw: Random) -> None:
        self.servers = servers
        self.world = world
        self.folder = folder
        self.draw = draw
        postgres = servers.cluster.postgres
        self.database = Database(postgres.url, postgres.port)
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
        through_proxies = {
            "DATABASE_URL": self.database.at(servers.postgres_proxy.port),
            "KAFKA_BOOTSTRAP_SERVERS": f"{LOOPBACK}:{servers.kafka_proxy.port}",
        }
        self.fleet = Fleet({**own, **through_proxies}, folder)
        self.loads = Loads({**own, "DATABASE_URL": self.database.url}, declaration, self.model)
        records = ClientRecords(Random(draw.random()), self.history)
        self.clients = (
            Client(servers.bootstrap_servers, records),
            TransactionalClient(servers.bootstrap_servers, records),
        )
        self.trickle = Trickle(servers.bootstrap_servers, records)
        self.progress = Progress(self.database.url, self.log)

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
        return Settings(database_url=self.database.url, model=self.model)

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
        await laboratory.database.create()
        await (upgrade.make_tables(laboratory, before) if before else migrate(laboratory.settings))
        if world.forgetful:
            await laboratory.database.admin(f"ALTER DATABASE {laboratory.database.name} SET synchronous_commit = off")
        if world.refusing and laboratory.history.refusal:
            await laboratory.database.execute(laboratory.history.refusal)
        async with laboratory.kafka_admin() as kafka:
            await make_topics(kafka, declaration.topics, world.partitions)
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
            await laboratory.database.drop()

    def kafka_admin(self) -> AbstractAsyncContextManager[AIOKafkaAdminClient]:
        """A client to create and delete topics with."""
        return kafka_admin(self.servers.bootstrap_servers)

    def start_clients(self) -> None:
        """Start those that do not run."""
        for client in self.clients:
            client.start()

    async def stop_clients(self) -> None:
        """Stop all; what a transaction leaves open is aborted by Kafka when its time is up."""
        for client in (*self.clients, self.trickle):
            await client.stop()

    async def lag(self) -> dict[tuple[str, int], int]:
        """How many records of each partition are not applied; those without any left out."""
        ends = await self.log.ends()
        offsets = await self.database.offsets()
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
        async with self.database.connected() as connection:
            await comparison.run(connection, self.declaration, await asyncio.to_thread(self.oracle.expected))
        comparison.wrong += self.loads.wrong()
        comparison.wrong += await self.wrong_now()
        return comparison
