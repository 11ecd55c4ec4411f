"""`ingest audit`: are the features what SQL computes from the rows?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.running import ask
from models.json_output import print_json
from streams.queries.audit import audit as compare
from streams.queries.audit import print_audit


def audit(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Compare all features with what SQL computes from the rows; changes nothing."""
    found = ask(compare)
    if as_json:
        print_json({"equal": found.is_equal, **asdict(found)})
    else:
        print_audit(found)
    raise typer.Exit(found.exit_code)
