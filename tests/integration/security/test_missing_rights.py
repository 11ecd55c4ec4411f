"""A worker that lacks a right says which and ends; it does not ask again and again."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from embedded.cluster import Cluster, running
from embedded.ports import free_ports
from models.clients.topic_creation import ensure_topics
from models.settings.environment import Settings
from models.topics import INPUT_TOPICS
from tests.databases import migrated_database
from tests.integration.security.access_control import DESCRIBE, GROUP, READ, TOPIC, WRITE, GuardedListener, Right, give
from tests.integration.security.certificates import Certificates
from tests.processes import Stack

EXPERIMENTS, USERS = "experiments", "users"
CHANGELOG = "exact-features-user_features-changelog"
NEEDED = [
    *(Right(TOPIC, name, operation) for name in INPUT_TOPICS for operation in (READ, DESCRIBE)),
    *(Right(TOPIC, CHANGELOG, operation) for operation in (READ, WRITE, DESCRIBE)),
    Right(GROUP, "exact-features", READ),
]
"""What docs/security.md says that a worker needs."""
LACKING = {
    "input": ([Right(TOPIC, EXPERIMENTS, READ)], f"Kafka does not give this user Read on topic {EXPERIMENTS}"),
    "changelog-read": (
        [Right(TOPIC, CHANGELOG, READ)],
        f"Kafka does not give this user Read on topic {CHANGELOG}",
    ),
    "changelog-write": (
        [Right(TOPIC, CHANGELOG, WRITE)],
        f"Kafka does not give this user Write on topic {CHANGELOG}",
    ),
    "group": (
        [Right(GROUP, "exact-features", READ)],
        "Kafka does not give this user Read on the group exact-features:",
    ),
    "hidden": (
        [Right(TOPIC, USERS, READ), Right(TOPIC, USERS, DESCRIBE)],
        f"Kafka refuses to create topic {USERS}",
    ),
}


@pytest.fixture(scope="module")
def listener(made: Certificates) -> GuardedListener:
    [port] = free_ports(1)
    return GuardedListener(port, made.keystore, dict.fromkeys(("nothing", *LACKING), "secret"))


@pytest.fixture(scope="module")
async def guarded_servers(listener: GuardedListener) -> AsyncIterator[Cluster]:
    """Servers with all topics, and a user for each right to lack, who has all the others."""
    with running(further=[listener]) as cluster:
        plain = cluster.environment["KAFKA_BOOTSTRAP_SERVERS"]
        await ensure_topics(Settings(kafka_bootstrap_servers=plain), {CHANGELOG: EXPERIMENTS})
        await give(plain, "nothing", NEEDED)
        for user, (lacking, _) in LACKING.items():
            await give(plain, user, [right for right in NEEDED if right not in lacking])
        yield cluster


@pytest.fixture
async def stack(
    listener: GuardedListener, guarded_servers: Cluster, made: Certificates, tmp_path: Path
) -> AsyncIterator[Stack]:
    async with migrated_database(guarded_servers.environment["DATABASE_URL"]) as database:
        environment = {
            **os.environ,
            **guarded_servers.environment,
            "DATABASE_URL": database,
            "KAFKA_BOOTSTRAP_SERVERS": listener.advertised,
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_PASSWORD": "secret",
            "KAFKA_SSL_CAFILE": str(made.authority),
            "STORE_DIR": str(tmp_path / "store"),
        }
        started = Stack(environment, tmp_path)
        try:
            yield started
        finally:
            started.end()


@pytest.mark.parametrize("user", LACKING)
async def test_a_worker_that_lacks_a_right_in_kafka_names_it_and_ends(stack: Stack, user: str) -> None:
    stack.environment["KAFKA_SASL_USERNAME"] = user
    worker = stack.start_worker()
    assert await worker.ended() == 1
    (line,) = [line for line in worker.log().splitlines() if "The worker ends: " in line]
    assert LACKING[user][1] in line


async def test_a_worker_that_has_the_rights_of_the_manual_works(stack: Stack) -> None:
    stack.environment["KAFKA_SASL_USERNAME"] = "nothing"
    worker = stack.start_worker()
    await worker.ready()
    assert worker.stop() == 0
