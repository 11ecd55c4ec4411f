from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from embedded.cluster import Cluster
from embedded.jars import class_path
from embedded.kafka import EmbeddedKafka
from embedded.ports import free_ports
from embedded.run_processes import MARK
from tests.integration.operations.operator_shell import OperatorShell
from tests.processes import Stack

MADE_BY_THE_RUNBOOK = ("features_restored", "features_anew")


@pytest.fixture
async def shell(stack: Stack) -> AsyncIterator[OperatorShell]:
    server = stack.environment["DATABASE_URL"]
    yield OperatorShell(stack)
    stack.end()
    connection = await asyncpg.connect(server)
    for name in MADE_BY_THE_RUNBOOK:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
def other_kafka(cluster: Cluster, tmp_path: Path) -> Iterator[EmbeddedKafka]:
    """A second broker, with nothing in it."""
    port, controller_port = free_ports(2)
    kafka = EmbeddedKafka(
        tmp_path / "other-kafka",
        tmp_path / "other-kafka.log",
        port,
        # Marked as the cluster's, it ends with that at the latest.
        cluster.environment[MARK],
        controller_port=controller_port,
        class_path=class_path(),
    )
    kafka.start()
    try:
        kafka.wait_ready()
        yield kafka
    finally:
        kafka.stop()
