"""`python -m streams.audit`: do the features equal the plain SQL aggregate over the rows that they are kept of?

Read-only, one snapshot; the worker may run meanwhile. Exit 0: all equal. Exit 1: the first differences are listed.
Exit 3: Postgres could not be asked.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.clients.model_in_force import check_in_force
from models.declaration.in_force import model_named
from models.exit_codes import ExitCode
from models.fixed_form import ended
from models.settings.environment import Settings, load_settings
from models.sql.audit import compare_counters, compare_features
from models.terminal_text import say
from streams.postgres.read_only import read_only_connection
from streams.queries.labels import named_by_group
from streams.queries.model import incomplete_lines, read_incomplete

if TYPE_CHECKING:
    from models.declaration.model import Model
    from streams.postgres.connection import Connection

LISTED = 10
"""Differing groups that are listed of each table."""


@dataclass(frozen=True, slots=True)
class AuditedTable:
    """A feature table and what SQL computes of its rows."""

    table: str
    groups: int
    """Groups that have features."""
    called: str
    """What the groups are: the table whose rows they name, or the feature table itself."""
    rows: int
    rows_table: str
    wrong: int


@dataclass(frozen=True, slots=True)
class Audit:
    """Differences between the stored features and counters and what SQL computes."""

    tables: list[AuditedTable]
    differences: list[str]
    """One line each: the first differing groups of each table, and all wrong counters."""
    incomplete: dict[str, dict[str, float]]
    """By table and column, the share that is filled: of these columns, only what is there is compared."""

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
        ModelDiffersError: another model is in force than that of the settings.
    """
    async with (
        # After a large load there may be no statistics yet, and a nested loop over all groups takes minutes.
        read_only_connection(settings, enable_nestloop="off") as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        model = model_named(settings.model)
        await check_in_force(connection, model)
        return await _compare(connection, model, await read_incomplete(connection))


async def _compare(connection: Connection, model: Model, incomplete: dict[str, dict[str, float]]) -> Audit:
    counters = {row["name"]: row for row in await connection.fetch(compare_counters(model))}
    tables, differences = [], []
    for features in model.features:
        wrong = await connection.fetch(compare_features(features, incomplete.get(features.name, {})), LISTED)
        named = named_by_group(model, features)
        tables.append(
            AuditedTable(
                features.name,
                counters[features.name]["counted"],
                named.name if named else features.name,
                counters[features.rows.name]["counted"],
                features.rows.name,
                wrong[0]["wrong"] if wrong else 0,
            )
        )
        differences += [
            f"{features.name} {row['group']}: found {row['found']}, expected {row['expected']}" for row in wrong
        ]
    differences += [
        f"counter of {name}: {row['counter']}, counted {row['counted']}"
        for name, row in counters.items()
        if row["counter"] != row["counted"]
    ]
    return Audit(tables, differences, incomplete)


def print_audit(found: Audit, prefix: str = "") -> None:
    """Print that all is equal to standard output, or the differences to standard error."""
    if found.is_equal:
        for at in found.tables:
            print(
                f"{prefix}features of {at.groups:,} {at.called} equal the SQL aggregate over "
                f"{at.rows:,} {at.rows_table}"
            )
        for line in incomplete_lines(found.incomplete):
            print(f"{prefix}{line}")
    else:
        wrong = [f"{at.wrong:,} {at.called} differ" for at in found.tables if at.wrong]
        say("\n".join([f"{prefix}{', '.join(wrong) or 'counters differ'}", *found.differences]))


def main() -> int:
    """Run the audit of the database that DATABASE_URL names."""
    argparse.ArgumentParser(prog="python -m streams.audit", description=__doc__).parse_args()
    return ended("streams.audit", _audited, "audit: ")


def _audited() -> ExitCode:
    found = asyncio.run(audit(load_settings()))
    print_audit(found, "audit: ")
    return found.exit_code
