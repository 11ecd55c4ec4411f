from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

import asyncpg
from faust.types import TP
from prometheus_client.parser import text_string_to_metric_families

from models.fault_codes import FaultCode
from models.topics import INPUT_TOPICS, REJECTS
from streams.operations.metrics import OTHER_CODE, Cause, Metrics
from streams.transactions.retries import RetriedTransactions
from streams.transactions.transaction import Applied
from tests.integration.streams.batches import Publisher, experiment

FIRST, SECOND = TP("experiments", 0), TP("experiments", 1)


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Each sample by its name and its labels' values."""
    text, _ = metrics.exposition("text/plain")
    return {
        (sample.name.removeprefix("exact_features_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_a_transaction_is_counted_by_its_topic() -> None:
    metrics, publisher = Metrics(), Publisher()
    run = [publisher.batch(experiment(1, 1, [1]), experiment(2, 1, [1]))]
    rejects: Counter[str | None] = Counter({FaultCode.REFUSED: 5})
    metrics.committed(
        run,
        Applied(
            records=2,
            inserted=1,
            deleted=3,
            recomputed=Counter(user_features=4),
            from_table=Counter(user_features=6),
            rejects=rejects,
        ),
        0.2,
    )
    found = samples(metrics)
    assert found["records_applied_total", "experiments"] == 2
    assert found["rows_inserted_total", "experiments"] == 1
    assert found["rows_deleted_total", "experiments"] == 3
    assert found["rejects_total", "refused", "experiments"] == 5
    assert found["rejects_total", "no_record", "experiments"] == 0
    assert found["groups_from_table_total", "user_features"] == 6
    assert found["groups_recomputed_total", "user_features"] == 4
    assert found["transaction_duration_seconds_count", "experiments"] == 1
    assert found["transaction_duration_seconds_sum", "experiments"] == 0.2
    assert 0 <= time.time() - found[("last_commit_timestamp_seconds",)] < 60
    assert found["rows_inserted_total", "users"] == 0


def test_every_series_of_a_counter_is_there_from_the_start() -> None:
    found = samples(Metrics())
    for name in ("records_applied", "rows_inserted", "rows_deleted"):
        assert {key[1] for key in found if key[0] == f"{name}_total"} == set(INPUT_TOPICS)
    for name in ("groups_recomputed_total", "groups_from_table_total"):
        assert {key[1] for key in found if key[0] == name} == {"user_features"}
    rejects = {key[1:] for key in found if key[0] == "rejects_total"}
    assert {topic for _, topic in rejects} == set(INPUT_TOPICS)
    assert {code for code, topic in rejects if topic == REJECTS} == {*FaultCode, OTHER_CODE}
    assert {key[1] for key in found if key[0] == "transaction_failures_total"} == set(Cause)


def test_codes_that_are_not_ours_are_counted_as_one() -> None:
    metrics, publisher = Metrics(), Publisher()
    before = len(samples(metrics))
    rejects: Counter[str | None] = Counter({"of another client": 1, None: 2, FaultCode.BAD_ID: 4})
    [batch] = [publisher.batch(experiment(1, 1, [1]))]
    metrics.committed([replace(batch, topic=REJECTS)], Applied(rejects=rejects), 0.1)
    found = samples(metrics)
    assert found["rejects_total", OTHER_CODE, REJECTS] == 3
    assert found["rejects_total", "bad_id", REJECTS] == 4
    assert len(found) == before


def test_lag_is_told_of_the_partitions_that_the_worker_reads_now() -> None:
    metrics, publisher = Metrics(), Publisher()
    metrics.begins({FIRST: 0, SECOND: 7})
    metrics.look(postgres_up=True, kafka_up=False, ends={FIRST: 10, SECOND: 7})
    found = samples(metrics)
    assert found["lag_records", "0", "experiments"] == 10
    assert found["lag_records", "1", "experiments"] == 0
    assert (found[("postgres_up",)], found[("kafka_up",)]) == (1, 0)
    metrics.committed([publisher.batch(experiment(1, 1, [1]))], Applied(next_offsets={0: 1}, records=1), 0.1)
    metrics.look(postgres_up=True, kafka_up=True, ends={FIRST: 10})
    found = samples(metrics)
    assert found["lag_records", "0", "experiments"] == 9
    assert ("lag_records", "1", "experiments") not in found


def test_a_run_that_was_applied_before_does_not_set_the_position_back() -> None:
    metrics, publisher = Metrics(), Publisher()
    metrics.begins({FIRST: 10})
    metrics.committed([publisher.batch(experiment(1, 1, [1]))], Applied(), 0.1)
    metrics.look(postgres_up=True, kafka_up=True, ends={FIRST: 10})
    assert samples(metrics)["lag_records", "0", "experiments"] == 0


class FailingConnections:
    """One fault after another, then Postgres gives in."""

    def __init__(self, *faults: Exception) -> None:
        self._faults = list(faults)

    @asynccontextmanager
    async def borrowed(self) -> AsyncIterator[Any]:
        if self._faults:
            raise self._faults.pop(0)
        yield None

    async def expire(self) -> None:
        """There are none."""


class Storing:
    """Stores whatever it is given."""

    async def apply(self, *_: object, **__: object) -> Applied:
        return Applied(records=1)


async def test_transactions_that_are_rolled_back_are_counted_by_their_cause() -> None:
    metrics = Metrics()
    faults = (asyncpg.DeadlockDetectedError("deadlock"), ConnectionRefusedError("refused"), asyncpg.DataError("bad"))
    persistence = RetriedTransactions(cast("Any", FailingConnections(*faults)), metrics)
    run = [Publisher().batch(experiment(1, 1, [1]))]
    async with asyncio.timeout(30):
        await persistence.apply(cast("Any", Storing()), run)
    found = samples(metrics)
    assert [found["transaction_failures_total", cause] for cause in Cause] == [1, 1, 1]
    assert found["transaction_duration_seconds_count", "experiments"] == 1


def test_who_asks_for_openmetrics_gets_it() -> None:
    text, content_type = Metrics().exposition("application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    assert text.endswith(b"# EOF\n")


def test_rows_applied_are_those_of_the_topics_that_hold_rows() -> None:
    metrics = Metrics()
    assert metrics.rows_applied() == 0
    for topic, records in (("experiments", 5), ("users", 3), ("compounds", 1), ("rejects", 100), ("loads", 1000)):
        metrics.committed([Publisher(topic).batch({})], Applied(records=records), 0.1)
    assert metrics.rows_applied() == 9
