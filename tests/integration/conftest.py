from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from embedded.cluster import Cluster
from models.settings.environment import Settings
from tests import databases
from tests.operator_shell import OperatorShell
from tests.processes import Stack


@pytest.fixture
async def empty_database(cluster: Cluster) -> AsyncIterator[Settings]:
    """A database without any table."""
    async with databases.empty_database(cluster.environment["DATABASE_URL"]) as address:
        yield Settings(database_url=address)


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
