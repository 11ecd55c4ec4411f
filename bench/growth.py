"""`python -m bench.growth`: speed, memory over time and table sizes as the load grows; each size once.

GROWTH_ROWS (1000000,3000000,10000000) are the sizes, with one user to each 20 rows.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import topics
from bench.circumstances import circumstances
from bench.comparison import say
from bench.database import Database, new_database
from bench.errors import MeasurementError
from bench.figure import Figure, thinned
from bench.ours.audit import audit
from bench.ours.fleet import fleet
from bench.ours.producer import produce
from bench.process import MB
from bench.size import Size
from bench.storage import discard, store, with_figures
from bench.testbed import Testbed

KIND = "growth"
ROWS_PER_USER = 20
TABLES = ("experiments", "user_features")
SIZES = "1000000,3000000,10000000"
TABLE_SIZES = """
SELECT relname, pg_relation_size(oid), pg_indexes_size(oid) FROM pg_class WHERE oid = ANY(ARRAY{tables}::regclass[])
"""


def main() -> int:
    """Measure each size; the result is the exit code."""
    sizes = os.environ.get("GROWTH_ROWS")
    if sizes is None:
        discard(KIND)
    try:
        for rows in map(int, (sizes or SIZES).split(",")):
            measure(rows)
    except MeasurementError as error:
        print(f"bench.growth: {error}", file=sys.stderr)
        return 1
    return 0


def measure(rows: int) -> None:
    """Produce and drain so many rows, and store what was seen."""
    size = Size(rows, max(rows // ROWS_PER_USER, 1), 1)
    say(f"{size.rows:,} rows, {size.users:,} users")
    with tempfile.TemporaryDirectory() as folder:
        testbed = Testbed(dict(os.environ), Path(folder), size)
        producer = produce(testbed)
        producer = replace(producer, memory=thinned(producer.memory))
        tell("producer", producer)
        worker, tables = drain(testbed)
        tell("worker", worker)
    described = {"rows": rows, "users": size.users, **circumstances()}
    store(KIND, f"producer-{rows}", with_figures([producer], **described))
    store(KIND, f"worker-{rows}", with_figures([worker], tables_mb=tables, **described))


def drain(testbed: Testbed) -> tuple[Figure, dict[str, Any]]:
    """One worker over the whole backlog; also the sizes of the tables and of their indexes in MB.

    Raises:
        WrongAnswerError: the audit of all features found differences.
    """
    rows = testbed.size.rows
    topics.delete_changelogs(testbed.kafka)
    with new_database(testbed.postgres) as database, testbed.scratch() as folder:
        with fleet(testbed, database, folder) as ours:
            started = ours.ready()
            ended = ours.wait_applied(rows)
            figure = Figure(rows, ended - started, ours.peak_mb, memory=thinned(ours.memory))
        audit(testbed, database, rows)
        return figure, table_sizes(database)


def table_sizes(database: Database) -> dict[str, Any]:
    """MB of each table and of its indexes."""
    return {
        table: {"table": round(data / MB, 1), "indexes": round(indexes / MB, 1)}
        for table, data, indexes in database.rows(TABLE_SIZES.format(tables=list(TABLES)))
    }


def tell(name: str, figure: Figure) -> None:
    """Print one line."""
    print(f"  {name:<10} {figure.rows_per_second:>9,.0f} rows/s {figure.peak_mb:>6.0f} MB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
