from collections.abc import Iterator

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from embedded.cluster import Cluster, running


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running() as cluster:
        yield cluster


async def topics(cluster: Cluster, *new: str) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.kafka.bootstrap_servers)
    await admin.start()
    try:
        if new:
            await admin.create_topics([NewTopic(name, 1, 1) for name in new])
        names: list[str] = await admin.list_topics()
        return names
    finally:
        await admin.close()


async def value(cluster: Cluster, query: str) -> object:
    connection = await asyncpg.connect(cluster.postgres.url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_kafka_keeps_port_and_topics_over_a_restart(cluster: Cluster) -> None:
    port = cluster.kafka.port
    await topics(cluster, "restarted")

    cluster.kafka.restart()

    assert "restarted" in await topics(cluster)
    assert cluster.kafka.port == port


async def test_a_killed_kafka_comes_back_with_its_topics(cluster: Cluster) -> None:
    await topics(cluster, "killed")

    cluster.kafka.kill()
    assert cluster.kafka.pid is None
    cluster.kafka.start()
    cluster.kafka.wait_ready()

    assert "killed" in await topics(cluster)


async def test_postgres_keeps_port_and_tables_over_a_restart(cluster: Cluster) -> None:
    await value(cluster, "create table restarted as select 1")

    cluster.postgres.restart()

    assert await value(cluster, "select * from restarted") == 1


async def test_a_killed_postgres_comes_back_with_what_was_committed(cluster: Cluster) -> None:
    await value(cluster, "create table killed as select 2")

    cluster.postgres.kill()
    assert cluster.postgres.pid is None
    cluster.postgres.start()
    cluster.postgres.wait_ready()

    assert await value(cluster, "select * from killed") == 2


async def test_a_started_server_is_not_started_twice(cluster: Cluster) -> None:
    pids = cluster.kafka.pid, cluster.postgres.pid

    cluster.kafka.start()
    cluster.postgres.start()

    assert (cluster.kafka.pid, cluster.postgres.pid) == pids
