"""`python -m streams.audit`: do the features equal the plain SQL aggregate over the experiments?

Read-only, one snapshot; the worker may run meanwhile. Exit 0: all equal. Exit 1: the first differences are listed.
Exit 3: Postgres could not be asked.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.errors import ExactFeaturesError
from models.exit_codes import ExitCode, of_fixed_form
from models.settings.environment import Settings, load_settings
from models.terminal_text import say
from streams.postgres.read_only import read_only_connection
from streams.queries import audit_statements

if TYPE_CHECKING:
    from streams.postgres.connection import Connection

LISTED = 10
"""Differing users that are listed."""


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

    @property
    def exit_code(self) -> ExitCode:
        """What a command that found this returns."""
        return ExitCode.DONE if self.is_equal else ExitCode.PARTLY


async def audit(settings: Settings) -> Audit:
    """Compare features with their recomputation and counters with counts, in one snapshot.

    Raises:
        DatabaseUnreachableError: Postgres does not answer, refuses, or has no tables of ours yet.
    """
    async with (
        read_only_connection(settings) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        return await _compare(connection)


async def _compare(connection: Connection) -> Audit:
    wrong = await connection.fetch(audit_statements.COMPARE_FEATURES, LISTED)
    counters = {row["name"]: row for row in await connection.fetch(audit_statements.COMPARE_COUNTERS)}
    differences = [f"user {row['user_id']}: found {row['found']}, expected {row['expected']}" for row in wrong]
    differences += [
        f"counter of {name}: {row['counter']}, counted {row['counted']}"
        for name, row in counters.items()
        if row["counter"] != row["counted"]
    ]
    return Audit(
        counters["active users"]["counted"],
        counters["experiments"]["counted"],
        wrong[0]["wrong"] if wrong else 0,
        differences,
    )


def print_audit(found: Audit, prefix: str = "") -> None:
    """Print that all is equal to standard output, or the differences to standard error."""
    if found.is_equal:
        print(
            f"{prefix}features of {found.users:,} users equal the SQL aggregate over {found.experiments:,} experiments"
        )
    else:
        say("\n".join([f"{prefix}{found.wrong_users:,} users differ", *found.differences]))


def main() -> int:
    """Run the audit of the database that DATABASE_URL names."""
    argparse.ArgumentParser(prog="python -m streams.audit", description=__doc__).parse_args()
    try:
        found = asyncio.run(audit(load_settings()))
    except ExactFeaturesError as error:
        say(f"audit: {error}")
        return of_fixed_form("streams.audit", error.exit_code)
    print_audit(found, "audit: ")
    return found.exit_code
