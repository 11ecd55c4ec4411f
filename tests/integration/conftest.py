from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import asyncpg
import pytest

from embedded.cluster import Cluster
from models.settings import Settings
from tests.operator_shell import OperatorShell
from tests.processes import Stack


@pytest.fixture
async def empty_database(cluster: Cluster) -> AsyncIterator[Settings]:
    """A database without any table."""
    server = cluster.environment["DATABASE_URL"]
    name = f"test_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    yield Settings(database_url=f"{server.rsplit('/', 1)[0]}/{name}")
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


MADE_BY_THE_RUNBOOK = ("features_restored", "features_anew")


@pytest.fixture
async def operator(stack: Stack) -> AsyncIterator[OperatorShell]:
    """Somebody who does what the manual says, in the blank world."""
    server = stack.environment["DATABASE_URL"]
    started = OperatorShell(stack)
    yield started
    started.end()
    stack.end()
    connection = await asyncpg.connect(server)
    for name in MADE_BY_THE_RUNBOOK:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await connection.close()
