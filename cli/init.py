"""`ingest init`: a model file from CSV files."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cli.load_arguments import with_read_options
from cli.output import print_table
from cli.running import reported_errors
from models.declaration.loading import MAX_MODEL_BYTES, load_model
from models.errors import ExactFeaturesError
from models.exit_codes import ExitCode
from models.terminal_text import say
from producers.errors import NothingLoadableError
from producers.files.discovery import cannot_read, find
from producers.proposal.evidence.any_header import AnyHeader
from producers.proposal.propose import propose
from producers.proposal.proposed import Proposal
from producers.proposal.source import source_of
from producers.rows.read_options import DEFAULT_READ_OPTIONS, ReadOptions
from producers.sources.remote import is_address


class InitError(ExactFeaturesError):
    """`ingest init` cannot write a model file."""


@partial(with_read_options, without=("columns", "timezone"))
def init(
    paths: Annotated[list[str], typer.Argument(metavar="DIR|FILE…", help="Folders of CSV files, files, archives.")],
    output: Annotated[Path, typer.Option(metavar="FILE", help="The model file to write.")] = Path("model.py"),
    reading: ReadOptions = DEFAULT_READ_OPTIONS,
    *,
    whole: Annotated[
        bool, typer.Option("--all", help="Read all rows, not just the first 20,000 of each file.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write a model file that fits CSV files: their kinds, types, keys and features, with the evidence for each.

    What the files do not show stands in it as a question, after # ?.
    """
    with reported_errors():
        _refuse_output(output, force=force)
        proposal = _proposal(paths, reading, whole=whole)
        _write(output, source_of(proposal, _title(paths)), force=force)
    _print(proposal, output)
    _print_next(proposal, paths, output, reading)
    raise typer.Exit(ExitCode.PARTLY if proposal.problems else ExitCode.DONE)


def _refuse_output(output: Path, *, force: bool) -> None:
    if output.suffix != ".py":
        raise InitError(f"{output}: a model is a Python file: name one that ends with .py")
    if output.exists() and not force:
        raise InitError(
            f"{output}: is there already, and is left as it is: name another file with --output, or add --force"
        )
    if not output.parent.is_dir():
        raise InitError(f"{output.parent}: is not a folder: make it, or name another file with --output")


def _proposal(paths: Sequence[str], reading: ReadOptions, *, whole: bool) -> Proposal:
    if "-" in paths:
        raise InitError("standard input can be read only once, and init looks at files twice: name a file or a folder")
    inputs = find(paths, AnyHeader(), reading)
    for line in (*inputs.notes, *inputs.problems):
        say(line)
    try:
        proposal = propose(inputs.files, whole=whole)
    except OSError as error:
        raise InitError(cannot_read(error.filename or "a file", error)) from None
    for name in proposal.passed_over:
        say(f"{name}: passed over, as it is text and not a table")
    if not proposal.kinds:
        raise NothingLoadableError([*proposal.problems] or ["nothing was written: no file has columns and rows"])
    for line in proposal.problems:
        say(line)
    proposal.problems = (*inputs.problems, *proposal.problems)
    return proposal


def _title(paths: Sequence[str]) -> str:
    names = [path if is_address(path) else Path(path).resolve().name for path in paths]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004  # enough to know it by
    return f"Rows of {', '.join(names[:3])}{more}, and what is kept of them."


def _write(output: Path, source: str, *, force: bool) -> None:
    """Write the file; only once it is known to load, and all of it at once."""
    if len(source.encode()) > MAX_MODEL_BYTES:
        raise InitError(f"the model would be longer than {MAX_MODEL_BYTES:,} bytes: name fewer files or folders")
    try:
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=".init-") as folder:
            written = Path(folder, "model.py")
            written.write_text(source, encoding="utf-8")
            load_model(str(written))
            if force:
                written.replace(output)
            else:
                os.link(written, output)  # fails if a file came there meanwhile
    except OSError as error:
        raise InitError(f"{output}: cannot be written ({error.strerror}): name another file with --output") from None


def _print(proposal: Proposal, output: Path) -> None:
    rows = [
        (
            kind.table,
            kind.found.files,
            kind.found.rows,
            len(kind.columns),
            ", ".join(kind.key) if len(kind.key) <= 2 else f"{len(kind.key)} columns",  # noqa: PLR2004  # a pair
            kind.group,
            len(kind.questions) + sum(len(column.questions) for column in kind.columns),
        )
        for kind in proposal.kinds
    ]
    counts = ("files", "rows read", "columns", "questions")
    print_table(("table", "files", "rows read", "columns", "key", "group", "questions"), rows, right=counts)
    print(f"wrote {output}")


def _print_next(proposal: Proposal, paths: Sequence[str], output: Path, reading: ReadOptions) -> None:
    files, model = shlex.join(paths), shlex.quote(str(output))
    options = [*_options(proposal, reading)]
    read_so = f" {shlex.join(options)}" if options else ""
    asked = f"Questions to answer there, after # ?: {proposal.questions}." if proposal.questions else "It asks nothing."
    print(f"\nRead {output} first. {asked}")
    print(
        f"\nTry it, with a Kafka and a Postgres of its own:\n"
        f"  ingest demo {files} --model {model}{f' --{read_so}' if read_so else ''}\n"
        f"\nKeep it, with KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL naming yours:\n"
        f"  ingest worker --model {model} &\n"
        f"  ingest load {files} --model {model}{read_so}"
    )


def _options(proposal: Proposal, reading: ReadOptions) -> Iterator[str]:
    """The options by which a load reads the files as they were read here."""
    said = {
        "--encoding": reading.encoding,
        "--delimiter": reading.delimiter,
        "--skip-lines": str(reading.skip_lines or ""),
        "--comment": reading.comment,
        "--quote": None if reading.quote == '"' else reading.quote or "none",
        "--escape": "none" if reading.escape == "" else reading.escape,
    }
    for name, value in said.items():
        if value:
            yield from (name, value)
    for text in dict.fromkeys((*reading.null, *proposal.nulls)):
        yield from ("--null", text)
