"""polars over the whole file in memory, then COPY of the raw rows and of the features, in one transaction.

The tables have neither keys nor indexes; with `keyed` after the file they get those of ours once they are full.
Nothing can be added to them later but by doing all of it again.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
from pathlib import Path

import asyncpg
import polars as pl

TABLES = """
CREATE TABLE experiments (
    experiment_id bigint, user_id bigint, experiment_compound_ids bigint[], experiment_run_time numeric(15, 3));
CREATE TABLE user_features (
    user_id bigint, total_experiments bigint, total_run_time numeric, average_run_time numeric,
    total_compounds bigint, top_compound_id bigint, top_compound_count bigint, tied_compound_ids bigint[])
"""
KEYS = """
ALTER TABLE experiments ADD PRIMARY KEY (experiment_id);
CREATE INDEX ON experiments (user_id);
ALTER TABLE user_features ADD PRIMARY KEY (user_id)
"""
KEYED = "keyed"
IDS_NAME = "experiment_compound_ids"
IDS = pl.col(IDS_NAME)


def features_of(experiments: pl.DataFrame) -> pl.DataFrame:
    """One row a user."""
    thousandths = (pl.col("experiment_run_time") * 1000).round().cast(pl.Int64)
    sums = experiments.group_by("user_id").agg(
        pl.len().alias("total_experiments"),
        (thousandths.sum() / 1000).alias("total_run_time"),
        (thousandths.mean() / 1000).alias("average_run_time"),
    )
    listed = experiments.select("user_id", IDS.str.split(";").cast(pl.List(pl.Int64)).alias("compound"))
    counts = listed.explode("compound").group_by("user_id", "compound").agg(pl.len().alias("n"))
    best = counts.group_by("user_id").agg(
        pl.col("n").sum().alias("total_compounds"),
        pl.col("compound").filter(pl.col("n") == pl.col("n").max()).sort().alias("tied"),
        pl.col("n").max().alias("top_compound_count"),
    )
    return sums.join(best, on="user_id").select(
        "user_id",
        "total_experiments",
        "total_run_time",
        "average_run_time",
        "total_compounds",
        pl.col("tied").list.first().alias("top_compound_id"),
        "top_compound_count",
        as_array(pl.col("tied").cast(pl.List(pl.String)).list.join(",")).alias("tied_compound_ids"),
    )


def as_array(elements: pl.Expr) -> pl.Expr:
    """Postgres' text form of an array, from elements with commas between."""
    return pl.concat_str(pl.lit("{"), elements, pl.lit("}"))


def as_csv(frame: pl.DataFrame) -> io.BytesIO:
    """What COPY takes."""
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False)
    buffer.seek(0)
    return buffer


async def load(path: Path, *, keyed: bool) -> None:
    """From the file to Postgres."""
    experiments = pl.read_csv(path, schema_overrides={IDS_NAME: pl.String})
    features = features_of(experiments)
    raw = experiments.with_columns(as_array(IDS.str.replace_all(";", ",", literal=True)).alias(IDS_NAME))
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    async with connection.transaction():
        await connection.execute(TABLES)
        await connection.copy_to_table("experiments", source=as_csv(raw), format="csv")
        await connection.copy_to_table("user_features", source=as_csv(features), format="csv")
        if keyed:
            await connection.execute(KEYS)
    await connection.close()


if __name__ == "__main__":
    asyncio.run(load(Path(sys.argv[1]), keyed=KEYED in sys.argv[2:]))
