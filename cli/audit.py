"""`ingest audit`: are the features what SQL computes from the experiments?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.output import print_json, say
from cli.running import ask
from models.exit_codes import ExitCode
from streams.queries.audit import audit as compare


def audit(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Compare all features with what SQL computes from the experiments; changes nothing."""
    found = ask(compare)
    if as_json:
        print_json({"equal": found.is_equal, **asdict(found)})
    elif found.is_equal:
        print(f"features of {found.users:,} users equal the SQL aggregate over {found.experiments:,} experiments")
    for difference in found.differences if not as_json else ():
        say(difference)
    raise typer.Exit(ExitCode.DONE if found.is_equal else ExitCode.PARTLY)
