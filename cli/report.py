"""`ingest report`: the features of the first users."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.running import ask
from models.json_output import print_json
from models.settings.environment import Settings
from streams.postgres.read_only import read_only_connection
from streams.queries import report as tables
from streams.queries import status_statements


def report(
    limit: Annotated[int, typer.Option(min=1, help="Rows shown of each table.")] = tables.SHOWN,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the users' features as JSON.")] = False,
) -> None:
    """Print the features of the first users, and the rejected rows."""
    if as_json:
        print_json(ask(lambda settings: _users(settings, limit)))
    else:
        print("\n".join(ask(lambda settings: tables.read_report(settings, limit))))


async def _users(settings: Settings, limit: int) -> list[dict[str, object]]:
    async with read_only_connection(settings) as connection:
        rows = await connection.fetch(status_statements.READ_FEATURES, limit)
    return [dict(row) for row in rows]
