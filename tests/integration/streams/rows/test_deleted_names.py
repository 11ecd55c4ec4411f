"""Deletions of users and compounds, and what the report shows then."""

from __future__ import annotations

import asyncpg
import pytest

from streams.kafka.micro_batch import MicroBatch
from streams.queries.report import read_report
from streams.transactions.transaction import Applied
from tests.integration.streams.batches import Publisher, compound, experiment, user
from tests.integration.streams.store import Database

Kafka = tuple[Publisher, Publisher, Publisher]


@pytest.fixture
async def kafka(migrated: Database) -> Kafka:
    """Publishers of experiments, users and compounds; users 7 and 8 are known, 7 has experiments with compound 3."""
    for topic in ("users", "compounds"):
        await migrated.start_partitions(4, topic)
    publishers = Publisher(), Publisher("users"), Publisher("compounds")
    await migrated.worker().apply(publishers[0].batch(experiment(1, 7, [3]), experiment(2, 9, [3])))
    await apply(migrated, publishers[1].batch(user(7, "Ada"), user(8, "Bo")))
    await apply(migrated, publishers[2].batch(compound(3, "Caffeine")))
    return publishers


async def apply(migrated: Database, batch: MicroBatch) -> Applied:
    return await migrated.worker().apply(batch)


async def report(migrated: Database) -> list[asyncpg.Record]:
    return list(await migrated.pool.fetch("SELECT * FROM user_report ORDER BY user_id"))


async def test_a_deleted_user_with_experiments_is_reported_without_name(migrated: Database, kafka: Kafka) -> None:
    assert (await apply(migrated, kafka[1].tombstones(7, published_ms=2000))).rows == -1
    rows = await report(migrated)
    assert tuple(rows[0])[:4] == (7, None, None, None)
    assert [row["user_id"] for row in rows] == [7, 8]  # 9 was never known
    assert (rows[0]["total_experiments"], rows[0]["top_compound_name"]) == (1, "Caffeine")
    assert {row["average_experiments_per_user"] for row in rows} == {2}
    assert any(line.split()[:2] == ["7", "(unknown)"] for line in await read_report(migrated.settings, 20))
    assert (await migrated.audit()).is_equal


async def test_a_deleted_user_without_experiments_is_reported_no_more(migrated: Database, kafka: Kafka) -> None:
    await apply(migrated, kafka[1].tombstones(8, published_ms=2000))
    assert [row["user_id"] for row in await report(migrated)] == [7]
    assert (await migrated.audit()).is_equal


async def test_a_report_without_any_known_user_has_no_average(migrated: Database, kafka: Kafka) -> None:
    await apply(migrated, kafka[1].tombstones(7, 8, published_ms=2000))
    [row] = await report(migrated)
    assert (row["user_id"], row["average_experiments_per_user"]) == (7, None)
    assert await read_report(migrated.settings, 20)
    assert (await migrated.audit()).is_equal


async def test_a_deleted_compound_is_reported_without_name(migrated: Database, kafka: Kafka) -> None:
    assert (await apply(migrated, kafka[2].tombstones(3, published_ms=2000))).rows == -1
    row = (await report(migrated))[0]
    assert (row["top_compound_id"], row["top_compound_name"]) == (3, None)
    assert "3 (unknown)" in "\n".join(await read_report(migrated.settings, 20))
    assert (await migrated.audit()).is_equal


async def test_the_newest_of_a_users_publications_and_deletions_counts_in_any_order(
    migrated: Database, kafka: Kafka
) -> None:
    await apply(migrated, kafka[1].tombstones(7, published_ms=3000, partition=1))
    assert (await apply(migrated, kafka[1].batch(user(7, "Late"), published_ms=2000))).rows == 0
    assert (await report(migrated))[0]["name"] is None
    assert (await apply(migrated, kafka[1].batch(user(7, "Ada again"), published_ms=4000))).rows == 1
    await apply(migrated, kafka[1].tombstones(7, published_ms=3500, partition=2))
    assert (await report(migrated))[0]["name"] == "Ada again"
    assert (await migrated.audit()).is_equal


async def test_the_newest_of_a_compounds_publications_and_deletions_counts_in_any_order(
    migrated: Database, kafka: Kafka
) -> None:
    await apply(migrated, kafka[2].tombstones(3, 4, published_ms=3000))
    assert (await apply(migrated, kafka[2].batch(compound(4, "Late"), published_ms=2000, partition=1))).rows == 0
    assert (await apply(migrated, kafka[2].batch(compound(3, "Caffeine"), published_ms=4000))).rows == 1
    assert (await report(migrated))[0]["top_compound_name"] == "Caffeine"
    assert (await migrated.audit()).is_equal


async def test_the_same_id_may_be_deleted_in_one_topic_and_live_in_another(migrated: Database, kafka: Kafka) -> None:
    await apply(migrated, kafka[1].batch(user(3, "Cy"), published_ms=1000))
    await apply(migrated, kafka[2].tombstones(3, published_ms=2000))
    assert (await apply(migrated, kafka[1].batch(user(3, "Cy D."), published_ms=1500))).rows == 0
    assert (await report(migrated))[0]["name"] == "Cy D."


async def test_a_record_without_value_and_usable_key_is_a_dead_letter(migrated: Database, kafka: Kafka) -> None:
    batch = kafka[1].tombstones(b"seven", 7, published_ms=2000)
    applied = await apply(migrated, batch)
    assert (applied.rows, applied.rejected) == (-1, 1)
    [reject] = await migrated.pool.fetch("SELECT * FROM rejects")
    assert (reject["field"], reject["value"], reject["offset"]) == ("user_id", None, batch.offsets[0])
    assert "b'seven'" in reject["reason"]
