"""`ingest rejects`: rows that were not stored, why, and how to correct them."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import typer

from cli.environment import EPILOG
from cli.load_arguments import WaitTimeout, with_read_options
from cli.output import print_labels, print_table
from cli.running import ask, reported_errors
from models.declaration.in_force import model_in_force
from models.exit_codes import ExitCode
from models.fault_codes import FaultCode
from models.json_output import print_json
from models.reject_text import fault_text, place_of
from models.settings.environment import load_settings
from models.terminal_text import escaped, say
from producers.rows.read_options import DEFAULT_READ_OPTIONS, ReadOptions
from streams.rejects.export import export as write
from streams.rejects.queries import Choice, read_reject, read_rejects

app = typer.Typer(help="Rejected rows: list them, export them, load them corrected.", epilog=EPILOG)

_SHOWN = 20

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
State = Annotated[Literal["open", "resolved", "all"], typer.Option(help="Which rows, by what became of them.")]
LoadId = Annotated[UUID | None, typer.Option("--load", help="Only those that this load rejected or resolved.")]
File = Annotated[str | None, typer.Option(help="Only those of this file, named as it was loaded.")]
Kind = Annotated[str | None, typer.Option(help="Only rows of this kind: a table that the model declares.")]
Code = Annotated[
    FaultCode | None, typer.Option(metavar="CODE", help="Only those with this code: docs/input.md lists them.")
]


def _choice(state: State, load_id: LoadId, file: File, kind: Kind, code: Code) -> Choice:
    if kind is not None:
        with reported_errors():
            kinds = [table.name for table in model_in_force().rows]
        if kind not in kinds:
            raise typer.BadParameter(f"{kind}: one of {', '.join(kinds)}")
    return Choice(None if state == "all" else state, load_id, file, kind, code)


@app.command("list", epilog=EPILOG)
def list_rejects(
    state: State = "open",
    load_id: LoadId = None,
    file: File = None,
    kind: Kind = None,
    code: Code = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many.")] = _SHOWN,
    *,
    as_json: AsJson = False,
) -> None:
    """List rejected rows, the latest first."""
    choice = _choice(state, load_id, file, kind, code)
    found = ask(lambda settings: read_rejects(settings, choice, limit))
    if as_json:
        print_json(found)
        return
    print_table(
        ("number", "state", "place", "code", "field", "value", "reason"),
        [
            (
                reject["number"],
                reject["state"],
                place_of(reject),
                *(reject[name] for name in ("code", "field", "value", "reason")),
            )
            for reject in found
        ],
        right=("number",),
    )


@app.command("show", epilog=EPILOG)
def show(
    number: Annotated[int, typer.Argument(help="The reject's number, as `ingest rejects list` shows it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show one rejected row: every fault, its text in the file, and what became of it."""
    found = ask(lambda settings: read_reject(settings, number))
    if found is None:
        say(f"there is no reject number {number}: see `ingest rejects list --state all`")
        raise typer.Exit(ExitCode.PARTLY)
    if as_json:
        print_json(found)
    else:
        _print_reject(found)


def _print_reject(found: dict[str, Any]) -> None:
    print(f"{escaped(place_of(found))}: {found['state']}")
    resolved_by = found["resolved_by"]
    faults = [
        f"{fault['code']}: {fault_text(fault['field'], fault['value'], fault['reason'])}"
        for fault in found["faults"] or [found]
    ]
    # A quoted field may have line breaks.
    original = zip_longest(["row"], found["original"].split("\n"), fillvalue="") if found["original"] else ()
    print_labels(
        ("resolved", resolved_by and f"{found['resolved_at']} by load {resolved_by}"),
        ("load", found["load_id"]),
        *(("fault", fault) for fault in faults),
        *original,
        ("record", found["raw"] and repr(found["raw"])),
    )


@app.command("export", epilog=EPILOG)
def export(
    target: Annotated[
        Path, typer.Argument(help="A folder, made if it is missing; or a .csv file for rows of one file.")
    ],
    state: State = "open",
    load_id: LoadId = None,
    file: File = None,
    kind: Kind = None,
    code: Code = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write rejected rows as CSV, verbatim and under the header of their file, to be corrected."""
    choice = _choice(state, load_id, file, kind, code)
    written = ask(lambda settings: write(settings, choice, target))
    for why, rows in written.left_out.items():
        say(f"left out, as they {why}: {rows:,}")
    if not written.files:
        say("no rejected row of a file matches")
    if as_json:
        print_json([{"path": str(path), "rows": rows} for path, rows in written.files.items()])
    else:
        for path, rows in written.files.items():
            what = "1 row; correct it" if rows == 1 else f"{rows:,} rows; correct them"
            name = escaped(str(path))
            print(f"{name}: {what} and run: ingest rejects replay {name}")
    raise typer.Exit(ExitCode.DONE if written.files else ExitCode.PARTLY)


@app.command("replay", epilog=EPILOG)
@with_read_options
def replay(
    files: Annotated[list[Path], typer.Argument(help="Exported files whose rows were corrected.")],
    wait_timeout: WaitTimeout = 600.0,
    reading: ReadOptions = DEFAULT_READ_OPTIONS,
    *,
    as_json: AsJson = False,
) -> None:
    """Load corrected rows, and mark their rejects as resolved; rows that are still wrong are reported and left open."""
    # Here and not above: only this command loads files.
    from cli import replay as replaying  # noqa: PLC0415

    with reported_errors():
        code = replaying.replay(files, load_settings(), reading, wait_timeout, as_json=as_json)
    raise typer.Exit(code)
