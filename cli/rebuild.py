"""`ingest rebuild`: Postgres rebuilt from the log."""

from __future__ import annotations

import asyncio
import signal
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import print_table
from cli.own_worker import own_worker
from cli.rebuild_progress import until_filled
from cli.running import ask
from models.declaration.in_force import model_named
from models.exit_codes import ExitCode
from models.json_output import print_json
from models.terminal_text import say
from streams.maintenance.rebuild import (
    RebuildRefusedError,
    RowCounts,
    alone,
    count_rows,
    empty,
    find_losses,
    finish,
    unfinished,
)
from streams.queries.audit import audit as run_audit
from streams.queries.audit import print_audit

if TYPE_CHECKING:
    from models.declaration.model import Model
    from models.settings.environment import Settings
    from streams.postgres.connection import Connection
    from streams.queries.audit import Audit

GOES_ON = "the tables are not complete yet: run `ingest rebuild` again to resume, or start a worker, which resumes too"

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether to empty the tables.")]
AcceptLoss = Annotated[
    bool, typer.Option("--accept-loss", help="Rebuild although records that Postgres holds are gone from the log.")
]


@dataclass(frozen=True)
class Rebuilt:
    """The rows before and after a rebuild, and the audit of the features."""

    records: int
    before: RowCounts
    after: RowCounts
    audit: Audit

    @property
    def fewer(self) -> list[str]:
        """The tables that have fewer rows now."""
        return [table for table, rows in self.after.items() if rows < self.before.get(table, 0)]


def rebuild(
    *,
    yes: Yes = False,
    accept_loss: AcceptLoss = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Empty the tables and fill them again from the Kafka topics, by a worker of this command's own; then audit.

    Stop all workers first. After an interruption, the same command resumes.
    """
    found = ask(lambda settings: _rebuild(settings, yes=yes, accept_loss=accept_loss))
    if as_json:
        print_json({**asdict(found), "fewer": found.fewer, "equal": found.audit.is_equal})
    else:
        _print(found)
    raise typer.Exit(ExitCode.DONE if found.audit.is_equal and not found.fewer else ExitCode.PARTLY)


async def _rebuild(settings: Settings, *, yes: bool, accept_loss: bool) -> Rebuilt:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # a coroutine that asyncio.run runs is one
    # As Ctrl-C: the worker of this command must not outlive it.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    model = model_named(settings.model)
    async with alone(settings) as connection:
        before = await _emptied(connection, settings, model, yes=yes, accept_loss=accept_loss)
        try:
            with own_worker("--without-web") as worker:
                records = await until_filled(connection, settings, worker)
            after = await finish(connection, model)
        except BaseException:
            say(GOES_ON)
            raise
    return Rebuilt(records, before, after, await run_audit(settings))


async def _emptied(
    connection: Connection, settings: Settings, model: Model, *, yes: bool, accept_loss: bool
) -> RowCounts:
    """Empty the tables, unless an unfinished rebuild has; return how many rows were in them."""
    begun = await unfinished(connection)
    if begun is not None:
        say(f"resuming the rebuild that began at {begun.started_at:%Y-%m-%d %H:%M:%S %Z}")
        return begun.rows_before
    before = await count_rows(connection, model)
    lost = await find_losses(settings, connection)
    for line in lost:
        say(line)
    if lost and not accept_loss:
        raise RebuildRefusedError(
            "nothing was changed: records are gone from the log, so Postgres may hold rows that cannot be read "
            "from it again; restore a backup, or rebuild the rest with --accept-loss and load the missing files again"
        )
    if any(before.values()) and not yes:
        _confirm(before)
    await empty(connection, model, before)
    return before


def _confirm(before: RowCounts) -> None:
    counts = ", ".join(f"{table} {rows:,}" for table, rows in before.items() if rows)
    say(f"rows to be deleted, and read again from Kafka: {counts}")
    if not sys.stdin.isatty():
        raise RebuildRefusedError("nothing was changed: there is no terminal to ask on, so give --yes")
    if not typer.confirm("Continue?", err=True):
        raise RebuildRefusedError("nothing was changed")


def _print(found: Rebuilt) -> None:
    print_table(
        ("table", "rows before", "rows after"),
        [(table, found.before.get(table), rows) for table, rows in found.after.items()],
        right=("rows before", "rows after"),
    )
    print_audit(found.audit)
    if found.fewer:
        say(
            f"fewer rows than before: {', '.join(found.fewer)}; the cause may be deletions that were not applied yet, "
            "or lost records"
        )
