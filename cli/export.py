"""`ingest export`: a table as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from cli.running import ask
from models.terminal_text import escaped, say

Format = Literal["csv", "jsonl", "parquet"]
_FORMATS: tuple[Format, ...] = get_args(Format)


def export(
    table: Annotated[str, typer.Argument(help="A table of rows or features that the model declares.")],
    form: Annotated[
        Format | None, typer.Option("--format", help="Form of the file; else by the name of --output, else csv.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="The file, which is replaced once it is complete; else standard output.")
    ] = None,
) -> None:
    """Write a table as it is at this moment: Parquet, CSV or JSON lines, of any size."""
    chosen = form or _by_name(output)
    if chosen == "parquet" and output is None:
        raise typer.BadParameter("a Parquet file needs a name: --output FILE")
    # Here and not above: the arguments are checked before Arrow is imported.
    from streams.export.exporting import export as write  # noqa: PLC0415

    rows = ask(lambda settings: write(settings, table, chosen, output))
    if output is not None:
        say(f"{escaped(str(output))}: {rows:,} rows of {table}")


def _by_name(output: Path | None) -> Format:
    if output is None:
        return "csv"
    for form in _FORMATS:
        if output.suffix.lower() == f".{form}":
            return form
    raise typer.BadParameter(f"{output}: ends with none of {', '.join(_FORMATS)}: give --format")
