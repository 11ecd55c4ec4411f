"""Real servers for the tests: started once, made blank for each test that asks for it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from embedded import postgres
from embedded.cluster import Cluster, running
from tests.blank_world import blank_world
from tests.processes import Stack

UNIT = Path(__file__).parent / "unit"

# The same examples each time, and few enough for each run of the suite; HYPOTHESIS_PROFILE=long looks for more.
settings.register_profile("suite", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=3000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need no server come first: they say soonest what is wrong."""
    items.sort(key=lambda item: UNIT not in item.path.parents)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Servers of this process; the tests run in several."""
    with pytest.MonkeyPatch.context() as patched:
        # What a killed server has written is kept by the system; only a machine that goes down would lose it.
        patched.setitem(postgres.SETTINGS, "fsync", "off")
        with running() as started:
            yield started


@pytest.fixture
async def stack(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Stack]:
    async with blank_world(cluster, tmp_path) as started:
        yield started
