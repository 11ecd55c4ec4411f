from __future__ import annotations

from uuid import UUID

import pytest

from streams.loads.manifests import Loads
from streams.loads.queries import read_load, read_loads
from streams.postgres.pool import Connections
from streams.transactions.retries import RetriedTransactions
from tests.integration.streams.batches import TOPIC_ID, Publisher
from tests.integration.streams.store import Database, no_fault

LOAD = UUID(int=7)


def told(number: int, state: str = "publishing", **more: object) -> dict[str, object]:
    return {"load_id": str(LOAD), "number": number, "state": state, "started_ms": 1000, **more}


def position(next_offset: int, topic_id: UUID = TOPIC_ID) -> dict[str, object]:
    return {
        "topic": "experiments",
        "topic_id": str(topic_id),
        "partition": 0,
        "records": next_offset,
        "next_offset": next_offset,
    }


class Told:
    """Applies manifests."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._persistence = RetriedTransactions(Connections(database.pool, no_fault))
        self._kafka = Publisher("loads")

    async def apply(self, *values: object) -> int:
        """How many were no manifests."""
        return (await self._persistence.apply(Loads(), [self._kafka.batch(*values)])).rejected


@pytest.fixture
async def loads(migrated: Database) -> Told:
    await migrated.start_partitions(4, "loads")
    return Told(migrated)


async def test_the_newest_manifest_of_a_load_counts_and_files_are_told_one_by_one(loads: Told) -> None:
    first = {"number": 0, "path": "a.csv", "kind": "users", "published_ms": 1000}
    await loads.apply(told(0, files=[first]))
    await loads.apply(
        told(2, "published", read=5, published=4, rejected=1, ended_ms=2000),
        told(1, files=[{**first, "read": 3, "complete": True}, {**first, "number": 1, "path": "b.csv"}]),
    )
    found = await read_load(loads.database.settings, LOAD)
    assert found is not None
    assert (found["state"], found["read"], found["rejected"]) == ("applied", 5, 1)
    assert [(file["path"], file["read"], file["complete"]) for file in found["files"]] == [
        ("a.csv", 3, True),
        ("b.csv", 0, False),
    ]


async def test_a_load_is_applied_once_postgres_has_passed_all_that_it_published(loads: Told) -> None:
    async def state() -> str:
        [load] = await read_loads(loads.database.settings, 10)
        return str(load["state"])

    await loads.apply(told(0, "publishing", positions=[position(2)]))
    assert await state() == "publishing"
    await loads.apply(told(1, "published", positions=[position(2)]))
    assert await state() == "published"
    await loads.database.pool.execute("UPDATE stream_offsets SET next_offset = 1 WHERE topic = 'experiments'")
    assert await state() == "published"
    await loads.database.pool.execute("UPDATE stream_offsets SET next_offset = 2 WHERE topic = 'experiments'")
    assert await state() == "applied"


async def test_offsets_of_a_topic_made_anew_do_not_count(loads: Told) -> None:
    await loads.apply(told(0, "published", positions=[position(0, UUID(int=99))]))
    [load] = await read_loads(loads.database.settings, 10)
    assert load["state"] == "published"


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff",
        b"[]",
        {"load_id": "no id", "number": 0, "state": "publishing", "started_ms": 0},
        told(0, "lost"),
        told(-1),
        told(0, started_ms=2**62),
        told(0, error="a\x00b"),
        told(0, files=[{"number": 0, "path": "", "kind": "users", "published_ms": 0}]),
    ],
)
async def test_what_is_no_manifest_is_rejected_and_the_next_one_is_stored(loads: Told, value: object) -> None:
    assert await loads.apply(value, told(0, "failed", error="interrupted")) == 1
    [load] = await read_loads(loads.database.settings, 10)
    assert (load["state"], load["error"]) == ("failed", "interrupted")


async def test_a_load_that_is_not_known_is_none(loads: Told) -> None:
    assert await read_load(loads.database.settings, UUID(int=8)) is None
