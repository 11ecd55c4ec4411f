"""`python -m streams.audit`: do the features equal the plain SQL aggregate over the experiments?

Read-only, one snapshot; the worker may run meanwhile. Exit 0: all equal. Exit 1: the first differences are listed.
Exit 3: Postgres could not be asked.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.clients.engine import FAILURES, open_engine, unwrapped
from models.clients.postgres_refusals import complaint
from models.errors import SettingsError
from models.settings.environment import Settings, load_settings
from streams.queries import audit_statements

EXIT_EQUAL, EXIT_WRONG, EXIT_UNREACHABLE = 0, 1, 3
LISTED = 10
"""How many differing users are listed."""


@dataclass(frozen=True, slots=True)
class Audit:
    """Differences between the stored features and counters and what SQL computes."""

    users: int
    """Users with features."""
    experiments: int
    wrong_users: int
    differences: list[str]
    """One line each: the first differing users and all wrong counters."""

    @property
    def is_equal(self) -> bool:
        """Whether every feature and counter equals what SQL computes."""
        return not self.differences


async def audit(settings: Settings) -> Audit:
    """Compare features with their recomputation and counters with counts, in one snapshot."""
    engine = open_engine(settings)
    try:
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            return await _compare(connection)
    finally:
        await engine.dispose()


async def _compare(connection: AsyncConnection) -> Audit:
    wrong = (await connection.execute(text(audit_statements.COMPARE_FEATURES), {"limit": LISTED})).all()
    counters = {row.name: row for row in (await connection.execute(text(audit_statements.COMPARE_COUNTERS))).all()}
    differences = [f"user {row.user_id}: found {row.found}, expected {row.expected}" for row in wrong]
    differences += [
        f"counter of {name}: {row.counter}, counted {row.counted}"
        for name, row in counters.items()
        if row.counter != row.counted
    ]
    return Audit(
        counters["active users"].counted,
        counters["experiments"].counted,
        wrong[0].wrong if wrong else 0,
        differences,
    )


def main() -> int:
    """Run the audit of the database that DATABASE_URL names."""
    argparse.ArgumentParser(prog="python -m streams.audit", description=__doc__).parse_args()
    try:
        found = asyncio.run(audit(load_settings()))
    except SettingsError as error:
        print(f"audit: {error}", file=sys.stderr)
        return EXIT_UNREACHABLE
    except FAILURES as error:
        print(f"audit: Postgres at DATABASE_URL {complaint(unwrapped(error))}", file=sys.stderr)
        return EXIT_UNREACHABLE
    if found.is_equal:
        print(f"audit: features of {found.users} users equal the SQL aggregate over {found.experiments} experiments")
        return EXIT_EQUAL
    print(f"audit: {found.wrong_users} users differ", file=sys.stderr)
    for line in found.differences:
        print(line, file=sys.stderr)
    return EXIT_WRONG
