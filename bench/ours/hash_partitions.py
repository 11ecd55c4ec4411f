"""The Postgres table `experiments`, divided by hash before the worker sees it."""

from __future__ import annotations

from bench.database import Database
from bench.process import Measured, python
from bench.testbed import LIMIT, Testbed

PART = (
    "CREATE TABLE experiments_{number} PARTITION OF experiments FOR VALUES WITH (MODULUS {parts}, REMAINDER {number});"
)


def divide_experiments(testbed: Testbed, database: Database, parts: int) -> None:
    """Make the schema by its migrations, then put a divided table with the same columns and indexes in its place."""
    environment = {**testbed.environment, "DATABASE_URL": database.url}
    with Measured(python("alembic", "upgrade", "head"), environment, testbed.folder / "alembic.log") as migration:
        migration.wait(LIMIT)
    database.execute(
        "ALTER TABLE experiments RENAME TO experiments_whole;"
        "CREATE TABLE experiments (LIKE experiments_whole INCLUDING ALL) PARTITION BY HASH (experiment_id);"
        # The whole table stays, empty: views depend on it.
        + "".join(PART.format(number=number, parts=parts) for number in range(parts))
    )
