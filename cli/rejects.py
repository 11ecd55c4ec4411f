"""`ingest rejects`: what was not stored, why, and how to mend it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from cli import replay as replaying
from cli.environment import EPILOG
from cli.load_arguments import (
    Columns,
    Comment,
    Delimiter,
    Encoding,
    Escape,
    Null,
    Quote,
    SkipLines,
    Timezone,
    WaitTimeout,
    read_options,
)
from cli.output import print_json, print_table, say
from cli.running import ask, reported_errors
from models.declaration.in_force import model_in_force
from models.exit_codes import ExitCode
from models.fault_codes import FaultCode
from models.settings.environment import load_settings
from models.terminal_text import escaped
from streams.rejects.export import export as write
from streams.rejects.queries import Choice, read_reject, read_rejects

app = typer.Typer(help="Rejected rows: list them, export them, load them corrected.", epilog=EPILOG)

_SHOWN = 20

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
State = Annotated[str, typer.Option(help="open, resolved or all.")]
LoadId = Annotated[UUID | None, typer.Option("--load", help="Only those that this load rejected or resolved.")]
File = Annotated[str | None, typer.Option(help="Only those of this file, named as it was loaded.")]
Kind = Annotated[str | None, typer.Option(help="Only rows of this kind: a table that the model declares.")]
Code = Annotated[str | None, typer.Option(help="Only those with this code: docs/input.md lists them.")]


def _choice(state: str, load_id: UUID | None, file: str | None, kind: str | None, code: str | None) -> Choice:
    if state not in {"open", "resolved", "all"}:
        raise typer.BadParameter(f"{state}: one of open, resolved, all")
    if kind is not None:
        with reported_errors():
            kinds = [table.name for table in model_in_force().rows]
        if kind not in kinds:
            raise typer.BadParameter(f"{kind}: one of {', '.join(kinds)}")
    if code is not None and code not in set(FaultCode):
        raise typer.BadParameter(f"{code}: one of {', '.join(FaultCode)}")
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
                place(reject),
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
    """Show one rejected row: every fault, its text as it stood in the file, and what became of it."""
    found = ask(lambda settings: read_reject(settings, number))
    if found is None:
        say(f"there is no reject number {number}: see `ingest rejects list --state all`")
        raise typer.Exit(ExitCode.PARTLY)
    if as_json:
        print_json(found)
    else:
        _print_reject(found)


def place(reject: dict[str, Any]) -> str:
    """Where the row is: file and line, or topic, partition and offset."""
    if reject["file"] is not None:
        return f"{reject['file']}:{reject['line']}"
    return f"{reject['topic']}[{reject['partition']}]@{reject['offset']}"


def _print_reject(found: dict[str, Any]) -> None:
    print(f"{escaped(place(found))}: {found['state']}")
    if found["resolved_by"] is not None:
        print(f"resolved   {found['resolved_at']} by load {found['resolved_by']}")
    print(f"load       {found['load_id']}")
    for fault in found["faults"] or [found]:
        subject = "" if fault["field"] is None else f"{fault['field']}: "
        value = "" if fault["value"] is None else f'"{fault["value"]}" '
        print(f"fault      {fault['code']}: {escaped(subject + value + fault['reason'])}")
    if found["original"] is not None:
        print("row        " + "\n           ".join(map(escaped, found["original"].split("\n"))))
    if found["raw"] is not None:
        print(f"record     {found['raw']!r}")


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
    """Write rejected rows as CSV, as they stood in their files and under their own header, to be corrected."""
    choice = _choice(state, load_id, file, kind, code)
    written = ask(lambda settings: write(settings, choice, target))
    for why, rows in written.left_out.items():
        say(f"{rows:,} rows were left out, as they {why}")
    if not written.files:
        say("there is no such rejected row of a file")
    if as_json:
        print_json([{"path": str(path), "rows": rows} for path, rows in written.files.items()])
    else:
        for path, rows in written.files.items():
            told = "1 row; correct it" if rows == 1 else f"{rows:,} rows; correct them"
            name = escaped(str(path))
            print(f"{name}: {told} and run: ingest rejects replay {name}")
    raise typer.Exit(ExitCode.DONE if written.files else ExitCode.PARTLY)


@app.command("replay", epilog=EPILOG)
def replay(
    files: Annotated[list[Path], typer.Argument(help="Exported files whose rows were corrected.")],
    wait_timeout: WaitTimeout = 600.0,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    columns: Columns = None,
    skip_lines: SkipLines = 0,
    comment: Comment = None,
    null: Null = None,
    quote: Quote = '"',
    escape: Escape = None,
    timezone: Timezone = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Load corrected rows, and mark their rejects as resolved; rows that are still wrong are reported and left open."""
    with reported_errors():
        reading = read_options(
            encoding,
            delimiter,
            columns,
            skip_lines=skip_lines,
            comment=comment,
            null=null,
            quote=quote,
            escape=escape,
            timezone=timezone,
        )
        code = replaying.replay(files, load_settings(), reading, wait_timeout, as_json=as_json)
    raise typer.Exit(code)
