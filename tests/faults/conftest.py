from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.faults.servers import Servers


@pytest.fixture(scope="session")
async def servers() -> AsyncIterator[Servers]:
    """Servers of the laboratory's own: they are killed."""
    async with Servers.running() as started:
        yield started
