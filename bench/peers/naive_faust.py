"""The way of Faust's own documentation: a table update and one Postgres upsert for each event.

Started by `bench.peers.naive`, as `faust -A bench.peers.naive_faust worker`.
"""

from __future__ import annotations

import json
import os
from typing import Any

import asyncpg
import faust

app = faust.App(
    os.environ.get("GROUP", "naive"),
    broker=f"kafka://{os.environ.get('KAFKA_BOOTSTRAP_SERVERS', 'localhost:9092')}",
    store="rocksdb://",
    datadir=os.environ.get("STORE_DIR", ".store"),
    topic_partitions=4,
    topic_disable_leader=True,
    web_enabled=False,
)
experiments = app.topic("experiments", value_serializer="raw", key_serializer="raw", value_type=bytes)
totals = app.Table("totals", default=dict, partitions=4)
pools: dict[str, asyncpg.Pool] = {}

UPSERT = """
INSERT INTO features (user_id, experiments, run_time, compounds) VALUES ($1, $2, $3, $4)
ON CONFLICT (user_id) DO UPDATE
   SET experiments = excluded.experiments, run_time = excluded.run_time, compounds = excluded.compounds
"""


@app.agent(experiments)
async def aggregate(stream: Any) -> None:  # noqa: ANN401  # Faust's streams are dynamically typed
    """Update a user's totals and write them."""
    pools["features"] = pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=2)
    await pool.execute(
        "CREATE TABLE IF NOT EXISTS features (user_id bigint PRIMARY KEY, experiments bigint, run_time float8,"
        " compounds text)"
    )
    async for value in stream:
        row = json.loads(value)
        key = str(row["user_id"])
        total = totals[key] or {"experiments": 0, "run_time": 0.0, "compounds": {}}
        total["experiments"] += 1
        total["run_time"] += row["experiment_run_time"]
        for compound in map(str, row["experiment_compound_ids"]):
            total["compounds"][compound] = total["compounds"].get(compound, 0) + 1
        totals[key] = total
        counts = json.dumps(total["compounds"])
        await pool.execute(UPSERT, row["user_id"], total["experiments"], total["run_time"], counts)
