"""`ingest load`: files to Kafka, and on to Postgres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Literal

import typer

from cli.load_arguments import Limit, WaitTimeout, with_read_options
from cli.progress import watched
from cli.running import reported_errors
from cli.watch import load_what_comes
from models.declaration.in_force import model_named
from models.errors import ExactFeaturesError
from models.exit_codes import ExitCode
from models.kafka_format.codecs import Codec
from models.settings.environment import Settings, load_settings
from models.terminal_text import say
from producers.errors import InterruptedLoadError
from producers.files.discovery import GivenPath
from producers.files.watching import Patience
from producers.load.loading import Load
from producers.load.options import NO_LIMIT, LoadOptions, RejectLimit, reject_limit
from producers.load.signals import run
from producers.load.summary import interruption_line, print_result
from producers.rows.column_mapping import RowMapping
from producers.rows.deletions import DeletionMapping
from producers.rows.file_kinds import FileKinds
from producers.rows.read_options import DEFAULT_READ_OPTIONS, ReadOptions

Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="DIR|FILE|-…", help="CSV files, folders of them, archives, addresses, or - for standard input."
    ),
]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until Postgres holds everything published.")]
OnError = Annotated[
    Literal["reject", "stop"],
    typer.Option(help="What to do with a bad row: reject it and load the others, or stop."),
]
MaxRejects = Annotated[
    str | None,
    typer.Option(help="Stop when a file has more bad rows: N, or N% of those read (judged from 100 rows on)."),
]
Again = Annotated[bool, typer.Option("--again", help="Also load files that Postgres already holds unchanged.")]
Resume = Annotated[bool, typer.Option("--resume", help="Resume after the last published line of an unfinished load.")]
Delete = Annotated[bool, typer.Option("--delete", help="Delete what the files name, instead of loading it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and check everything, publish nothing.")]
Watch = Annotated[bool, typer.Option("--watch", help="Load files as they arrive in the folders, until Ctrl-C.")]
Settle = Annotated[
    float, typer.Option(min=0.1, help="With --watch: seconds a file must stay unchanged before it is loaded.")
]
LastLineAfter = Annotated[
    float,
    typer.Option(
        min=0,
        metavar="SECONDS",
        help="With --watch: the same for a file that ends in the middle of a line, or is cut off.",
    ),
]
Rate = Annotated[float | None, typer.Option(min=0.1, help="Read at most this many rows a second.")]
Compression = Annotated[
    Codec | None, typer.Option(help="How rows are compressed in Kafka; KAFKA_COMPRESSION if not given.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@with_read_options
def load(
    paths: Paths,
    on_error: OnError = "reject",
    max_rejects: MaxRejects = None,
    limit: Limit = None,
    rate: Rate = None,
    reading: ReadOptions = DEFAULT_READ_OPTIONS,
    wait_timeout: WaitTimeout = 600.0,
    settle: Settle = 5.0,
    last_line_after: LastLineAfter = 60.0,
    compression: Compression = None,
    *,
    wait: Wait = True,
    again: Again = False,
    resume: Resume = False,
    watch: Watch = False,
    delete: Delete = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Load CSV files: check each row, publish the good ones, and wait until Postgres holds them.

    A header says what a file holds: it names all columns of one kind of rows that the model declares, in any order.
    python -m producers.csv --help lists them.

    Ctrl-C ends it cleanly; run the same command with --resume to continue.
    """
    with reported_errors():
        settings = load_settings()
        options = LoadOptions(
            layout_of=(DeletionMapping if delete else RowMapping)(FileKinds(model_named(settings.model))),
            reading=replace(reading, limit=limit),
            dry_run=dry_run,
            reject_limit=_reject_limit(on_error, max_rejects),
            rate=rate,
            resume=resume,
            skip_loaded=not again and not dry_run,
        )
        if compression is not None:
            settings = settings.model_copy(update={"kafka_compression": compression})
        run_load = partial(_run, settings=settings, wait_timeout=wait_timeout if wait else None, as_json=as_json)
        code = (
            load_what_comes(paths, Patience(settle, last_line_after), options, run_load)
            if watch
            else run_load(paths, options)
        )
    raise typer.Exit(code)


def _run(
    paths: Sequence[GivenPath],
    options: LoadOptions,
    *,
    settings: Settings,
    wait_timeout: float | None,
    as_json: bool,
) -> ExitCode:
    started = Load(paths, settings, options)
    try:
        run(started, wait_timeout=wait_timeout, beside=watched(started))
    except InterruptedLoadError:
        print_result(started.report, wait_timeout=wait_timeout or 0, as_json=as_json)
        say(_how_far(started))
        return ExitCode.INTERRUPTED
    except ExactFeaturesError:
        if started.files:
            print_result(started.report, wait_timeout=wait_timeout or 0, as_json=as_json)
        raise
    code = print_result(started.report, wait_timeout=wait_timeout or 0, as_json=as_json)
    stored = started.report.applied is not False and not options.dry_run
    # An export has rows to be stored, and none that name what to delete.
    if started.report.rejected and stored and not isinstance(options.layout_of, DeletionMapping):
        say("to correct the rejected rows, get them: ingest rejects export FOLDER")
    return code


def _how_far(started: Load) -> str:
    """What an interrupted load has published for sure, and how to resume it."""
    line = interruption_line(started.report)
    last = started.files[-1] if started.files else None
    if last is not None and last.last_line:
        line += f"; everything is published up to line {last.last_line:,} of {last.source.name}"
    return f"{line}; run the same command with --resume to continue; nothing is counted twice"


def _reject_limit(on_error: OnError, max_rejects: str | None) -> RejectLimit:
    if on_error == "stop":
        return RejectLimit(rows=0)
    return NO_LIMIT if max_rejects is None else reject_limit(max_rejects)
