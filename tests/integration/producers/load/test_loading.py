import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka.client import AIOKafkaClient

from embedded.cluster import Cluster
from models.clients.applied_offsets import TopicPartition
from models.clients.topic_ids import TopicIdsRequest, topic_ids
from models.rows import Reject
from models.settings.environment import Settings
from producers.errors import NothingLoadableError
from producers.load.loading import load
from producers.load.wait_applied import lagging_after
from tests.integration.producers.records import records_of

COMPOUNDS = "compound_id,compound_name,compound_structure\n"


def settings_of(cluster: Cluster) -> Settings:
    return Settings(
        kafka_bootstrap_servers=cluster.environment["KAFKA_BOOTSTRAP_SERVERS"],
        database_url=cluster.environment["DATABASE_URL"],
    )


async def test_the_report_tells_what_was_published_and_each_reject_is_told_at_once(
    cluster: Cluster, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(COMPOUNDS + "1,Caffeine,\nx,Aspirin,\n")
    told: list[Reject] = []
    report = await load([tmp_path], settings_of(cluster), on_reject=told.append)
    assert (report.read, report.published, report.rejected, report.applied) == (2, 1, 1, None)
    assert list(report.first_rejects) == told
    assert told[0].line == 3
    (record,) = await records_of(cluster.environment, "compounds", str(tmp_path))
    assert dict(record.headers)["load"].decode() == str(report.load_id)


async def test_nothing_loadable_is_an_error_of_its_own(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(NothingLoadableError, match="holds no"):
        await load([tmp_path], settings_of(cluster))


async def test_a_row_as_long_as_allowed_is_published(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(COMPOUNDS + f"1,Long,{'C' * 524_000}\n" * 5)
    report = await load([path], settings_of(cluster))
    assert (report.published, report.rejected) == (5, 0)


async def test_a_load_that_is_not_applied_in_time_names_the_partitions(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(COMPOUNDS + "1,Caffeine,\n")
    report = await load([path], settings_of(cluster), wait_timeout=0.2)
    assert report.applied is False
    assert [partition.split("-")[0] for partition in report.lagging] == ["compounds", "loads"]


@pytest.fixture
async def database_url(cluster: Cluster) -> AsyncIterator[str]:
    """A database of its own with an empty table of offsets, in which the test plays the worker."""
    url, name = cluster.environment["DATABASE_URL"], f"offsets_{uuid4().hex}"
    server = await asyncpg.connect(url)
    await server.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await server.close()


async def commit(database_url: str, topic: str, topic_id: UUID, next_offset: int) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS stream_offsets (topic text, partition int, topic_id uuid, next_offset bigint, "
        "updated_at timestamptz)"
    )
    await connection.executemany(
        "INSERT INTO stream_offsets VALUES ($1, $2, $3, $4)",
        [(topic, partition, topic_id, next_offset) for partition in range(50)],
    )
    await connection.close()


async def test_a_load_is_applied_once_its_offsets_are_committed(
    cluster: Cluster, database_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(COMPOUNDS + "1,Caffeine,\n2,Aspirin,\n")
    settings = settings_of(cluster)
    await load([path], settings)
    client = AIOKafkaClient(bootstrap_servers=settings.brokers)
    await client.bootstrap()
    ids = topic_ids(await client.send(client.get_random_node(), TopicIdsRequest(["compounds", "loads"])))
    await client.close()
    for topic, topic_id in ids.items():
        await commit(database_url, topic, topic_id, 10**9)
    ours = settings.model_copy(update={"database_url": database_url})
    assert (await load([path], ours, wait_timeout=10)).applied is True


async def test_waiting_ends_when_the_last_partition_catches_up(database_url: str) -> None:
    topic_id = uuid4()
    published = {TopicPartition("users", 0): 5, TopicPartition("users", 3): 7}
    waiting = asyncio.create_task(lagging_after(10, database_url, published, {"users": topic_id}))
    await commit(database_url, "users", topic_id, 7)
    assert await waiting == []


async def test_offsets_of_a_topic_made_anew_do_not_count(database_url: str) -> None:
    await commit(database_url, "users", uuid4(), 7)
    lagging = await lagging_after(0.1, database_url, {TopicPartition("users", 0): 5}, {"users": uuid4()})
    assert lagging == ["users-0 is at offset 0 of 5"]
