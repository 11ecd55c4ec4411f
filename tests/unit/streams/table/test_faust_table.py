from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import faust
import numpy as np
import pyarrow as pa
import pytest
from faust.types import TP

from models.declare import Count, Id, MostCommon, Sum
from models.errors import StalePositionError
from models.states.feature_states import FeatureStates
from models.wire.keys import GroupKeys
from streams.table import faust_table
from streams.table.faust_table import StateTable, declare
from streams.table.store import ReplaceableTable
from tests.declared_features import declared_features
from tests.declared_tables import declared, record_batch

VISITS = declared({"visit": Id, "mail": str, "site": str, "cost": int}, key=("visit",), group="mail", table="visits")
FEATURES = declared_features(
    VISITS,
    {"visits": Count(), "spent": Sum("cost"), "favourite": MostCommon("site")},
    ("mail", "site"),
    "visit_features",
)
STATES = FeatureStates(FEATURES)
CHANGELOG = TP("tables-visit_features-changelog", 0)
OURS, OTHERS = 0, 1


@pytest.fixture
def table(tmp_path: Path) -> Iterator[StateTable]:
    """One whose partition 0 is ours, as Faust opens it."""
    app = faust.App("tables", store="rocksdb://?driver=rocksdict", datadir=tmp_path, Table=ReplaceableTable)
    of_faust = declare(app, FEATURES.name, 2)
    of_faust.data._db_for_partition(OURS)  # noqa: SLF001  # what Faust calls once the partition is assigned
    yield StateTable(of_faust, STATES)
    of_faust.data._dbs.clear()  # noqa: SLF001  # closes it


def states_of(*rows: tuple[str, str, int], version: int = 5) -> pa.RecordBatch:
    """The states of the groups of these rows."""
    named = [
        {"visit": number + 1, "mail": mail, "site": site, "cost": cost}
        for number, (mail, site, cost) in enumerate(rows)
    ]
    batch = record_batch(VISITS, named)
    delta = STATES.delta(batch, batch.slice(0, 0))
    return STATES.merged(STATES.unknown(delta), delta, version).states


def store(table: StateTable, states: pa.RecordBatch, partition: int = OURS) -> None:
    """As recovery does with what the changelog says."""
    records = [SimpleNamespace(key=key, value=value) for key, value in table.values(states)]
    table.store_changelog(CHANGELOG._replace(partition=partition), records, 17)


def known(table: StateTable, partition: int, groups: pa.RecordBatch) -> pa.RecordBatch:
    """What the table knows of groups."""
    return table.decoded(groups, table.stored(partition, GroupKeys(STATES.features).of(groups).to_pylist()))


STORED = states_of(('a"[,]', "x", 3), ("b", "x", 7), ("b", "é", 1))


def test_what_was_stored_of_groups_is_known(table: StateTable) -> None:
    store(table, STORED)
    order = pa.array([2, 0, 1])
    assert known(table, OURS, STORED.take(order).select(["mail", "site"])).equals(STORED.take(order))


def test_groups_that_were_not_stored_are_unknown(table: StateTable) -> None:
    store(table, STORED.slice(0, 1))
    asked = STORED.select(["mail", "site"])
    found = known(table, OURS, asked)
    assert found.slice(0, 1).equals(STORED.slice(0, 1))
    assert found.slice(1).equals(STATES.unknown(asked.slice(1)))


def test_nothing_is_stored_or_known_of_a_partition_of_another_worker(table: StateTable) -> None:
    store(table, STORED, OTHERS)
    asked = STORED.select(["mail", "site"])
    assert known(table, OTHERS, asked).equals(STATES.unknown(asked))


def test_a_group_that_has_no_rows_any_more_is_forgotten(table: StateTable) -> None:
    store(table, STORED)
    rows = record_batch(VISITS, [{"visit": 1, "mail": "b", "site": "é", "cost": 1}])
    delta = STATES.delta(rows.slice(0, 0), rows)
    gone = STATES.merged(STORED.slice(2), delta, 6).states
    assert [value for _, value in table.values(gone)] == [None]
    store(table, gone)
    assert np.array(known(table, OURS, STORED.select(["mail", "site"]))["version"]).tolist() == [5, 5, 0]


class Producer:
    """Takes batches for the changelog."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    async def send_batch(self, batch: Any, topic: str, *, partition: int) -> asyncio.Future[Any]:  # noqa: ANN401  # ours
        assert (topic.endswith("-changelog"), partition) == (True, OURS)
        self.sizes.append(batch.record_count())
        written: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        written.set_result(SimpleNamespace(offset=sum(self.sizes[:-1])))
        return written


async def test_values_of_small_transactions_are_gathered_for_the_changelog(table: StateTable) -> None:
    producer = Producer()
    table.use(cast("Any", producer))
    for place in range(3):
        await table.update(OURS, table.values(STORED.slice(place, 1)))
    assert known(table, OURS, STORED.select(["mail", "site"])).equals(STORED)
    assert producer.sizes == []
    await table.finish()
    assert sum(producer.sizes) == 3
    await table.update(OURS, table.values(STORED))
    await table.finish()
    assert sum(producer.sizes) == 6


async def test_values_of_a_large_transaction_are_in_the_changelog_when_it_ends(
    table: StateTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faust_table, "FEW_GROUPS", 2)
    producer = Producer()
    table.use(cast("Any", producer))
    await table.update(OURS, table.values(STORED))
    assert producer.sizes == [3]


def test_the_key_of_a_group_is_the_json_of_its_values(table: StateTable) -> None:
    assert [key for key, _ in table.values(STORED)] == [b'["a\\"[,]","x"]', b'["b","x"]', '["b","é"]'.encode()]


def test_the_changelog_is_named_after_the_feature_table(table: StateTable) -> None:
    assert (table.changelog_topic, table.rows_topic) == (CHANGELOG.topic, "visits")


def test_partitions_that_were_added_while_the_worker_ran_are_reported(table: StateTable) -> None:
    table.check_covers({0, 1})
    table.check_covers(set())
    with pytest.raises(StalePositionError, match="visits had 2 partitions when this worker started, and now has 4"):
        table.check_covers({1, 3})
