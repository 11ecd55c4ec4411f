"""A broker that is away while many batches are on their way to it."""

from __future__ import annotations

import asyncio
from itertools import groupby, pairwise
from pathlib import Path

from embedded.cluster import Cluster
from models.settings.environment import Settings
from producers.load.loading import Load
from tests.integration.outages import away
from tests.integration.producers.records import records_of

ROWS = 400_000
HEADER = "experiment_id,user_id,experiment_compound_ids,experiment_run_time\n"


async def test_a_broker_that_was_killed_during_a_load_has_each_row_once_and_in_order(
    cluster: Cluster, tmp_path: Path
) -> None:
    path = tmp_path / "experiments.csv"
    path.write_text(HEADER + "".join(f"{number},{number % 97 + 1},1;2,1.5\n" for number in range(1, ROWS + 1)))
    settings = Settings(kafka_bootstrap_servers=cluster.environment["KAFKA_BOOTSTRAP_SERVERS"])
    load = Load([path], settings)

    def outage() -> int:
        with away(cluster.kafka):
            return load.report.published

    async with asyncio.timeout(120):
        loading = asyncio.create_task(load.run())
        while load.report.published < ROWS // 20:  # noqa: ASYNC110  # the event is in another process
            await asyncio.sleep(0)
        assert await asyncio.to_thread(outage) < ROWS
        report = await loading
    assert (report.published, report.rejected) == (ROWS, 0)

    records = await records_of(cluster.environment, "experiments", str(path))
    lines = [int(dict(record.headers)["line"]) for record in records]
    assert sorted(lines) == list(range(2, ROWS + 2))
    for _, found in groupby(zip(records, lines, strict=True), lambda each: each[0].partition):
        assert all(first < second for first, second in pairwise(line for _, line in found))
