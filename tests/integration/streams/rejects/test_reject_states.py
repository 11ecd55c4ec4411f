"""What makes a reject open or resolved, in whatever order its records are applied."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from uuid import UUID

import pytest

from models.publication import Source
from streams.kafka.micro_batch import MicroBatch
from streams.loads.manifests import Loads
from streams.postgres.pool import Connections
from streams.rows.rejects import Rejects
from streams.rows.row_topic import RowTopic
from streams.transactions.retries import RetriedTransactions
from streams.transactions.transaction import TopicHandler
from tests.integration.streams.batches import Publisher, experiment, user
from tests.integration.streams.store import LAB, Database, no_fault

FILE = "data/users.csv"


def reject(line: int = 3, row_id: int | None = 7, reason: str = "is empty") -> dict[str, object]:
    """The value of a record of topic `rejects`."""
    return {
        "file": FILE,
        "line": line,
        "field": "name",
        "value": "",
        "reason": reason,
        "code": "empty",
        "faults": [
            {"code": "empty", "field": "name", "value": "", "reason": reason},
            {"code": "bad_date", "field": "signup_date", "value": "x", "reason": "is not a date"},
        ],
        "original": f"{row_id},,,x",
        "kind": "users",
        "row_id": row_id,
    }


def manifest(load: int, published_ms: int, *, number: int = 0, **more: object) -> dict[str, object]:
    """The value of a record of topic `loads` that tells of one file, read to line 9."""
    file = {"number": 0, "path": FILE, "kind": "users", "published_ms": published_ms, "last_line": 9, "complete": True}
    return {
        "load_id": str(UUID(int=load)),
        "number": number,
        "state": "published",
        "started_ms": published_ms,
        "files": [file],
        **more,
    }


class Topics:
    """Applies batches of several topics, as one worker does."""

    def __init__(self, database: Database) -> None:
        self._persistence = RetriedTransactions(Connections(database.pool, no_fault))
        self._database = database
        users = RowTopic(LAB.rows[0])
        self._applications: dict[str, TopicHandler] = {"users": users, "rejects": Rejects(), "loads": Loads()}

    async def apply(self, *batches: MicroBatch) -> None:
        for batch in batches:
            await self._persistence.apply(self._applications[batch.topic], [batch])

    async def states(self) -> list[tuple[str, UUID | None]]:
        rows = await self._database.pool.fetch("SELECT state, resolved_by FROM reject_report ORDER BY number")
        return [(row["state"], row["resolved_by"]) for row in rows]


@pytest.fixture
async def topics(migrated: Database) -> Topics:
    for topic in ("users", "rejects", "loads"):
        await migrated.start_partitions(4, topic)
    return Topics(migrated)


async def test_a_reject_holds_every_fault_and_the_rows_text(topics: Topics, migrated: Database) -> None:
    await topics.apply(Publisher("rejects").batch(reject()))
    [row] = await migrated.pool.fetch(
        "SELECT code, original, kind, row_id, state, jsonb_array_length(faults) AS faults FROM reject_report"
    )
    assert tuple(row) == ("empty", "7,,,x", "users", "7", "open", 2)


async def test_a_row_of_the_same_id_resolves_it_whichever_is_applied_first(migrated: Database) -> None:
    for number, order in enumerate(permutations(range(2))):
        for topic in ("users", "rejects"):
            await migrated.pool.execute("DELETE FROM stream_offsets WHERE topic = $1", topic)
            await migrated.start_partitions(4, topic)
        await migrated.pool.execute("DELETE FROM rejects; DELETE FROM users")
        topics = Topics(migrated)
        batches = [
            Publisher("rejects").batch(reject(), published_ms=1000, load=1),
            Publisher("users").batch(user(7, "Ada"), published_ms=2000, load=number + 2),
        ]
        await topics.apply(*(batches[index] for index in order))
        assert await topics.states() == [("resolved", UUID(int=number + 2))]


async def test_an_older_row_of_the_same_id_does_not(topics: Topics) -> None:
    await topics.apply(
        Publisher("users").batch(user(7, "Ada"), published_ms=900),
        Publisher("rejects").batch(reject(), published_ms=1000),
    )
    assert await topics.states() == [("open", None)]


async def test_of_one_load_the_later_line_counts(topics: Topics) -> None:
    await topics.apply(
        Publisher("rejects").batch(reject(line=3), line=3),
        Publisher("users").batch(user(7, "Ada"), line=2),
    )
    assert await topics.states() == [("open", None)]
    await topics.apply(Publisher("users", next_offsets={0: 1}).batch(user(7, "Ada"), line=4))
    assert await topics.states() == [("resolved", UUID(int=1))]


async def test_deleting_the_row_resolves_it(topics: Topics) -> None:
    await topics.apply(
        Publisher("rejects").batch(reject(), published_ms=1000),
        Publisher("users").tombstones(7, published_ms=2000, load=5),
    )
    assert await topics.states() == [("resolved", UUID(int=5))]


async def test_the_same_row_rejected_again_is_one_reject_and_open_again(topics: Topics) -> None:
    rejects = Publisher("rejects")
    await topics.apply(
        rejects.batch(reject(), published_ms=1000, load=1),
        Publisher("users").batch(user(7, "Ada"), published_ms=2000, load=2),
        rejects.batch(reject(), published_ms=3000, load=3),
    )
    assert await topics.states() == [("open", None)]


async def test_the_same_reject_twice_in_one_batch_is_one(topics: Topics, migrated: Database) -> None:
    batch = Publisher("rejects").batch(reject(), reject(reason="is odd"), reject())
    sources = [Source(published_ms, UUID(int=published_ms)) for published_ms in (3000, 1000, 2000)]
    await topics.apply(replace(batch, sources=sources))
    rows = await migrated.pool.fetch("SELECT number, reason, load_id FROM rejects ORDER BY number")
    assert [tuple(row) for row in rows] == [(1, "is empty", UUID(int=3000)), (2, "is odd", UUID(int=1000))]


async def test_a_row_whose_id_could_not_be_read_is_resolved_when_its_file_is_loaded_without_the_fault(
    topics: Topics,
) -> None:
    rejects = Publisher("rejects")
    await topics.apply(
        rejects.batch(reject(row_id=None), reject(line=30, row_id=None), published_ms=1000, load=1),
        Publisher("loads").batch(manifest(1, 1000), manifest(2, 2000)),
    )
    assert await topics.states() == [("resolved", UUID(int=2)), ("open", None)]
    await topics.apply(rejects.batch(reject(row_id=None), published_ms=2000, load=2))
    assert await topics.states() == [("open", None), ("open", None)]


async def test_a_load_says_which_rejects_it_resolves(topics: Topics, migrated: Database) -> None:
    await topics.apply(Publisher("rejects").batch(reject(row_id=None), published_ms=1000))
    reject_id = await migrated.pool.fetchval("SELECT reject_id FROM rejects")
    told = {**manifest(9, 2000), "files": [], "resolves": [str(reject_id)]}
    await topics.apply(Publisher("loads").batch(told, published_ms=2000))
    assert await topics.states() == [("resolved", UUID(int=9))]


async def test_a_record_of_another_client_keeps_its_bytes_and_its_id(migrated: Database) -> None:
    worker, kafka = migrated.worker(), Publisher()
    raw = b'{"experiment_id": 5, "user_id": "\xff"}'
    batch = replace(kafka.batch(raw, b"\x00no"), files=[None, None])
    await worker.apply(batch)
    rows = await migrated.pool.fetch('SELECT raw, kind, row_id, code, state FROM reject_report ORDER BY "offset"')
    assert [tuple(row) for row in rows] == [
        (raw, "experiments", "5", "no_record", "open"),
        (b"\x00no", "experiments", None, "no_record", "open"),
    ]
    await worker.apply(replace(kafka.batch({"experiment_id": 5, "user_id": -1}), files=[None]))
    await worker.apply(kafka.batch(experiment(5, 1, [1]), published_ms=2000, load=4))
    states = await migrated.pool.fetch('SELECT row_id, state FROM reject_report ORDER BY "offset"')
    assert [tuple(row) for row in states] == [("5", "resolved"), (None, "open"), ("5", "resolved")]
