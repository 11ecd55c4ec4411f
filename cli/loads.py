"""`ingest loads`: what was loaded, and whether Postgres holds it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import typer

from cli.environment import EPILOG
from cli.output import print_labels, print_table
from cli.running import ask
from models.exit_codes import ExitCode
from models.json_output import print_json
from models.terminal_text import say
from streams.loads.queries import State, read_load, read_loads

app = typer.Typer(help="Loads: what each one read, and whether Postgres holds it.", epilog=EPILOG)

_SHOWN = 20
_NUMBERS = ("files", "read", "published", "rejected")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Limit = Annotated[int, typer.Option(min=1, help="At most this many.")]


@app.callback(invoke_without_command=True)
def loads(
    context: typer.Context,
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    limit: Limit = _SHOWN,
    *,
    as_json: AsJson = False,
) -> None:
    """List the latest loads."""
    if context.invoked_subcommand is not None:
        return
    found = ask(lambda settings: read_loads(settings, limit, state))
    if as_json:
        print_json(found)
        return
    print_table(
        ("load", "state", "started", "files", "read", "published", "rejected", "paths"),
        map(_row, found),
        right=_NUMBERS,
    )


def _row(load: dict[str, Any]) -> tuple[object, ...]:
    columns = ("load", "state", "started_at", "file_count", "read", "published", "rejected")
    more = load["file_count"] - len(load["paths"])
    paths = ", ".join(load["paths"]) + (f" and {more:,} more" if more > 0 else "")
    return (*(load[column] for column in columns), paths)


@app.command("show", epilog=EPILOG)
def show(load_id: Annotated[UUID, typer.Argument(help="The load's id.")], *, as_json: AsJson = False) -> None:
    """Show one load: its files, and how far Postgres is with what it published."""
    found = ask(lambda settings: read_load(settings, load_id))
    if found is None:
        say(f"Postgres knows no load {load_id}: see `ingest loads`; one that has just begun may not be listed yet")
        raise typer.Exit(ExitCode.PARTLY)
    if as_json:
        print_json(found)
    else:
        _print_load(found)


def _print_load(found: dict[str, Any]) -> None:
    names = ("load", "state", "started_at", "ended_at", "told_at", "error")
    print_labels(
        *((name, found[name]) for name in names),
        *(("problem", problem) for problem in found["problems"]),
    )
    print()
    print_table(
        ("file", "kind", "read", "published", "rejected", "to line", "complete"),
        [
            (
                file["path"],
                file["kind"],
                file["read"],
                file["published"],
                file["rejected"],
                file["last_line"],
                "yes" if file["complete"] else "no",
            )
            for file in found["files"]
        ],
        right=("read", "published", "rejected", "to line"),
    )
    print()
    print_table(
        ("topic", "partition", "records", "to offset", "Postgres is at", "applied"),
        [
            (
                at["topic"],
                at["partition"],
                at["records"],
                at["next_offset"],
                at["reached"],
                "yes" if at["reached"] >= at["next_offset"] else "not yet",
            )
            for at in found["partitions"]
        ],
        right=("partition", "records", "to offset", "Postgres is at"),
    )
