"""`python -m streams.report`: the features of the first users and the rejected rows, as tables for people."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import asyncpg

from models.errors import ExactFeaturesError
from models.exit_codes import ExitCode, of_fixed_form
from models.reject_text import fault_text, place_of
from models.settings.environment import Settings, load_settings
from models.terminal_table import table_lines
from models.terminal_text import escaped, say
from streams.postgres.read_only import read_only_connection
from streams.queries import report_statements

SHOWN = 20
"""Rows shown of each table by default."""

HEADINGS = ("user", "name", "experiments", "mean run time", "top compound", "tied")


async def read_report(settings: Settings, limit: int) -> list[str]:
    """The report as lines.

    Raises:
        DatabaseUnreachableError: Postgres does not answer, refuses, or has no tables of ours yet.
    """
    async with read_only_connection(settings) as connection:
        users = await connection.fetch(report_statements.READ_USERS, limit)
        rejects = await connection.fetch(report_statements.READ_OPEN_REJECTS, limit)
    lines = table_lines(HEADINGS, [_user_cells(row) for row in users], underlined=True)
    if users:
        lines.append(f"{_short(users[0]['average_experiments_per_user'])} experiments per user on average")
    if rejects:
        lines += ["", "Rejected:", *(_reject_line(dict(row)) for row in rejects)]
    return lines


def _user_cells(row: asyncpg.Record) -> list[str]:
    top = ""
    if row["top_compound_id"] is not None:
        name = row["top_compound_name"] or "(unknown)"
        top = f"{row['top_compound_id']} {name} x{row['top_compound_count']}"
    tied = ", ".join(map(str, row["tied_compound_ids"])) if len(row["tied_compound_ids"]) > 1 else ""
    # The view lists a user without name only if it was deleted and has experiments.
    return [
        str(row["user_id"]),
        escaped(row["name"] or "(deleted)"),
        str(row["total_experiments"]),
        _short(row["average_run_time"]),
        escaped(top),
        tied,
    ]


def _short(number: Decimal | None) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".") if number is not None else ""


def _reject_line(row: Mapping[str, Any]) -> str:
    return escaped(f"{place_of(row)}: {fault_text(row['field'], row['value'], row['reason'])}")


def main() -> int:
    """Print the report of the database that DATABASE_URL names."""
    parser = argparse.ArgumentParser(prog="python -m streams.report", description=__doc__)
    parser.add_argument("--limit", type=int, default=SHOWN, help=f"rows shown of each table (default {SHOWN})")
    limit = parser.parse_args().limit
    try:
        lines = asyncio.run(read_report(load_settings(), limit))
    except ExactFeaturesError as error:
        say(f"report: {error}")
        return of_fixed_form("streams.report", error.exit_code)
    print("\n".join(lines))
    return ExitCode.DONE
