"""`python -m streams.report`: the features of the first groups and the rejected rows, as tables for people."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from models.declaration.in_force import model_named
from models.exit_codes import ExitCode
from models.fixed_form import ended
from models.reject_text import fault_text, place_of
from models.settings.environment import Settings, load_settings
from models.sql.counters import read_counters
from models.terminal_table import table_lines
from models.terminal_text import escaped
from streams.postgres.read_only import read_only_connection
from streams.queries import report_statements
from streams.queries.labels import labelled_columns, named_by_column, named_by_group
from streams.queries.report_statements import LABEL, label_of, read_groups

if TYPE_CHECKING:
    from models.declaration.model import FeatureTable, Model
    from streams.postgres.connection import Connection

UNKNOWN = "(unknown)"
"""In place of the label of a row that is not stored, or no more."""
SHOWN = 20
"""Rows shown of each table by default."""
_CENTS = -2
"""The exponent of most amounts: 54.30 is not written as 54.3."""


async def read_report(settings: Settings, limit: int) -> list[str]:
    """The report as lines: a table for each feature table, then the rejects.

    Raises:
        DatabaseUnreachableError: Postgres does not answer, refuses, or has no tables of ours yet.
    """
    model = model_named(settings.model)
    lines: list[str] = []
    async with read_only_connection(settings) as connection:
        for features in model.features:
            lines += [""] if lines else []
            lines += [f"{features.name}:"] if len(model.features) > 1 else []
            lines += await _table(connection, model, features, limit)
        rejects = await connection.fetch(report_statements.READ_OPEN_REJECTS, limit + 1)
    if rejects:
        lines += ["", "Rejected:", *(_reject_line(dict(row)) for row in rejects[:limit]), *_more(rejects, limit)]
    return lines


def _more(found: Sequence[object], limit: int) -> list[str]:
    return [f"… and more: these are the first {limit:,}, --limit shows others"] if len(found) > limit else []


async def read_rows(settings: Settings, limit: int) -> dict[str, list[dict[str, Any]]]:
    """The first rows of each view that the model declares; without any, of each feature table.

    Raises:
        DatabaseUnreachableError: Postgres does not answer, refuses, or has no tables of ours yet.
    """
    model = model_named(settings.model)
    names = [*model.reports] or [features.name for features in model.features]
    async with read_only_connection(settings) as connection:
        return {
            name: [dict(row) for row in await connection.fetch(report_statements.read_first(name), limit)]
            for name in names
        }


async def _table(connection: Connection, model: Model, features: FeatureTable, limit: int) -> list[str]:
    keys = [group.name for group in features.group]
    found = await connection.fetch(read_groups(model, features, keys[0], "up"), None, None, limit + 1, 0)
    rows = found[:limit]
    named = named_by_column(model, features.group[0])
    labelled = dict(labelled_columns(model, features))
    label = [str(named.label)] if named is not None and named.label is not None else []
    headings = [keys[0], *label, *keys[1:], *(output.name for output in features.outputs)]
    names = [keys[0], *(LABEL for _ in label), *keys[1:], *(output.name for output in features.outputs)]
    numbers = {name for name in headings if any(isinstance(row.get(name), int | Decimal) for row in rows)} - {*labelled}
    cells = [
        [
            escaped(f"{cell_text(row[name])} {row[label_of(name)] or UNKNOWN}")
            if name in labelled and row[name] is not None
            else escaped(cell_text(row[name]) or (UNKNOWN if name == LABEL else ""))
            for name in names
        ]
        for row in rows
    ]
    lines = [*table_lines(headings, cells, numbers, underlined=True), *_more(found, limit)]
    return [*lines, *await _mean(connection, model, features)]


async def _mean(connection: Connection, model: Model, features: FeatureTable) -> list[str]:
    """How many rows there are for each row of the table that the groups name."""
    named = named_by_group(model, features)
    [counters] = await connection.fetch(read_counters(model))
    if named is None or not counters[named.name]:
        return []
    mean = cell_text(Decimal(counters[features.rows.name]) / counters[named.name])
    return [f"{mean} {features.rows.name} on average for each of {counters[named.name]:,} {named.name}"]


def cell_text(value: Any) -> str:  # noqa: ANN401  # whatever Postgres has
    """A value for people: amounts as they are stored, other numbers with three decimals at most, moments in UTC."""
    match value:
        case None:
            return ""
        case Decimal():
            is_amount = value.as_tuple().exponent == _CENTS
            return f"{value:f}" if is_amount else f"{value:.3f}".rstrip("0").rstrip(".")
        case datetime():
            return value.isoformat(sep=" ").removesuffix("+00:00")
        case bool():
            return str(value).lower()
        case list():
            return ", ".join(map(cell_text, value))
        case _:
            return str(value)


def _reject_line(row: Mapping[str, Any]) -> str:
    return escaped(f"{place_of(row)}: {fault_text(row['field'], row['value'], row['reason'])}")


def main() -> int:
    """Print the report of the database that DATABASE_URL names."""
    parser = argparse.ArgumentParser(prog="python -m streams.report", description=__doc__)
    parser.add_argument("--limit", type=int, default=SHOWN, help=f"rows shown of each table (default {SHOWN})")
    limit = parser.parse_args().limit
    return ended("streams.report", lambda: _printed(limit), "report: ")


def _printed(limit: int) -> ExitCode:
    print("\n".join(asyncio.run(read_report(load_settings(), limit))))
    return ExitCode.DONE
