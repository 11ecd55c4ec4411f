"""`ingest model`: the model in force, and putting another one in force."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.environment import EPILOG
from cli.load import AsJson, Paths, load
from cli.load_arguments import with_read_options
from cli.output import print_labels, print_table
from cli.running import ask
from models.clients.model_in_force import ModelInForce, read_in_force
from models.declaration.as_json import Declared, fingerprint_of, model_fingerprint
from models.declaration.as_json import as_json as declared_as_json
from models.declaration.changes import Change
from models.declaration.in_force import model_named
from models.exit_codes import ExitCode
from models.json_output import print_json
from models.terminal_text import say
from producers.rows.read_options import DEFAULT_READ_OPTIONS, ReadOptions
from streams.maintenance.fill import Filling, fill
from streams.maintenance.model_changes import (
    Difference,
    ModelRefusedError,
    applying,
    find_difference,
    lost_rows,
    put_another_in_force,
)
from streams.postgres.read_only import read_only_connection
from streams.queries.model import incomplete_lines, read_incomplete

if TYPE_CHECKING:
    from models.settings.environment import Settings
    from streams.postgres.connection import Connection

app = typer.Typer(help="The model in force: show it, compare it with a file, change it.", epilog=EPILOG)

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before rows or columns of rows are dropped.")]


@app.command("show", epilog=EPILOG)
def show(*, as_json: AsJson = False) -> None:
    """Show the model of the file and the one in force."""
    name, declared, in_force, incomplete = ask(_read)
    if as_json:
        print_json({"file": declared, "in_force": asdict(in_force) if in_force else None, "incomplete": incomplete})
        return
    print_labels(("file", name), ("fingerprint", fingerprint_of(declared)))
    _print_declaration(declared)
    print()
    if in_force is None:
        print("no model is in force yet: the first worker puts its own in force")
        return
    print_labels(("in force", in_force.name), ("fingerprint", in_force.fingerprint), ("since", in_force.since))
    if in_force.fingerprint == fingerprint_of(declared):
        print("the same model")
    else:
        _print_declaration(in_force.declaration)
    for line in incomplete_lines(incomplete):
        print(line)


@app.command("check", epilog=EPILOG)
@with_read_options
def check(paths: Paths, reading: ReadOptions = DEFAULT_READ_OPTIONS, *, as_json: AsJson = False) -> None:
    """Read files by the model and publish nothing: each one's kind, its rows, and those that would be rejected.

    The same as ingest load --dry-run.
    """
    load(paths=paths, reading=reading, dry_run=True, as_json=as_json)


@app.command("diff", epilog=EPILOG)
def diff(*, as_json: AsJson = False) -> None:
    """Compare the model in force with that of the file: what would be done for each change, or what is refused."""
    found = ask(_difference)
    if as_json:
        print_json({"in_force": asdict(found.in_force), "changes": [_plain(change) for change in found.changes]})
    else:
        _print_changes(found)
    raise typer.Exit(ExitCode.PARTLY if found.refused else ExitCode.DONE)


@app.command("apply", epilog=EPILOG)
def apply(*, yes: Yes = False) -> None:
    """Put the model of the file in force, and fill its new columns from the stored rows.

    Workers of the model before stop by themselves; start the new ones as soon as it says that the model is in force.
    After an interruption, the same command goes on filling.
    """
    filled = ask(lambda settings: _apply(settings, yes=yes))
    for each in filled:
        print(f"{each.table}: {', '.join(each.columns)} complete, {each.filled:,} groups filled")


async def _read(settings: Settings) -> tuple[str, Declared, ModelInForce | None, dict[str, dict[str, float]]]:
    model = model_named(settings.model)
    async with read_only_connection(settings) as connection:
        in_force, incomplete = await read_in_force(connection), await read_incomplete(connection)
    return model.name, declared_as_json(model), in_force, incomplete


async def _difference(settings: Settings) -> Difference:
    async with read_only_connection(settings) as connection:
        return await find_difference(connection, model_named(settings.model))


async def _apply(settings: Settings, *, yes: bool) -> list[Filling]:
    model = model_named(settings.model)
    async with applying(settings) as connection:
        found = await find_difference(connection, model)
        if found.in_force.fingerprint == model_fingerprint(model):
            say(f"the model {model.name} is in force since {found.in_force.since:%Y-%m-%d %H:%M:%S %Z}")
        else:
            if not found.refused:
                await _confirm(connection, found, yes=yes)
            await put_another_in_force(connection, model, found)
            _print_changes(found)
            say("the model of the file is in force: start its workers")
        try:
            return await fill(connection, model, _progress)
        except BaseException:
            say("columns are not filled yet and NULL until then: `ingest model apply` again goes on")
            raise


async def _confirm(connection: Connection, found: Difference, *, yes: bool) -> None:
    lost = {place: rows for place, rows in (await lost_rows(connection, found)).items() if rows}
    if not lost or yes:
        return
    say(f"goes from Postgres: {', '.join(f'{place} of {rows:,} rows' for place, rows in lost.items())}")
    if not sys.stdin.isatty():
        raise ModelRefusedError("nothing was changed: there is no terminal to ask on, so give --yes")
    if not await asyncio.to_thread(typer.confirm, "Continue?", err=True):
        raise ModelRefusedError("nothing was changed")


def _progress(found: Filling) -> None:
    say(f"{found.table}: {', '.join(found.columns)}: {found.filled:,} of {found.groups:,} groups filled")


def _print_declaration(declared: Declared) -> None:
    print_table(
        ("table", "of", "key or group", "columns"),
        [(rows["table"], "rows", _key(rows), _names(rows["columns"])) for rows in declared["rows"]]
        + [
            (each["table"], each["of"], _names(each["group"]), _names(each["aggregates"]))
            for each in declared.get("features", [])
        ],
    )


def _key(rows: Declared) -> str:
    parts = f" ({rows['partitions']} partitions)" if "partitions" in rows else ""
    return ", ".join(rows["key"]) + parts


def _names(named: list[dict[str, Any]]) -> str:
    return ", ".join(each["name"] for each in named)


def _plain(change: Change) -> dict[str, str]:
    return {"kind": change.kind.name.lower(), "place": change.place, "what": change.what, "effect": change.effect}


def _print_changes(found: Difference) -> None:
    if not found.changes:
        print("no difference")
        return
    for change in found.changes:
        mark = "refused " if change in found.refused else "additive"
        print(f"{mark}  {change.place} {change.what}: {change.effect}")
