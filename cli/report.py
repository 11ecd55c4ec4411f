"""`ingest report`: the features of the first groups."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.running import ask
from models.json_output import print_json
from streams.queries import report as tables


def report(
    limit: Annotated[int, typer.Option(min=1, help="Rows shown of each table.")] = tables.SHOWN,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the features as JSON.")] = False,
) -> None:
    """Print the features of the first groups, and the rejected rows."""
    if as_json:
        found = ask(lambda settings: tables.read_rows(settings, limit))
        # A list where there is one table, else the list of each by its name.
        print_json(next(iter(found.values())) if len(found) == 1 else found)
    else:
        print("\n".join(ask(lambda settings: tables.read_report(settings, limit))))
