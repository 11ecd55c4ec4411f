"""The command `ingest` and its subcommands."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.main import get_group

from cli.environment import EPILOG
from cli.model_option import GroupWithModel, with_model_option

SUMMARIES = {
    "init": "Write a model file that fits your CSV files.",
    "load": "Load CSV files, and wait until Postgres holds their rows.",
    "worker": "Run a worker until it is stopped.",
    "rejects": "List rejected rows, export them, load them corrected.",
    "loads": "Show what each load read, and whether Postgres holds it.",
    "status": "Count the rows, and the records that are not applied yet.",
    "audit": "Compare all features with what SQL computes.",
    "report": "Print the features of the first groups, and rejected rows.",
    "model": "Show the model in force, check files by a model, put another one in force.",
    "export": "Write a table to a file: Parquet, CSV or JSON lines.",
    "rebuild": "Empty the tables and fill them again from Kafka.",
    "skip": "Pass over a damaged batch in Kafka.",
    "doctor": "Check Python, Kafka, Postgres, topics, lag and clocks.",
    "demo": "Load sample files or a folder, on servers of its own.",
}
"""One line for each subcommand. Subcommand NAME is the function NAME, or else the group `app`, of module cli.NAME."""


class _ImportedOnUse(GroupWithModel):
    """Imports the module of a subcommand when that is run: no other command waits for what it needs."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401  # Typer's own click is private
        """The subcommand that the arguments name, imported, and the arguments that are left for it."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, found and with_model_option(_imported(str(name))), rest


def _imported(name: str) -> Any:  # noqa: ANN401  # the same
    module = import_module(f"cli.{name}")
    owner = typer.Typer(rich_markup_mode=None)
    if group := getattr(module, "app", None):
        owner.add_typer(group, name=name)
    else:
        owner.command(name, epilog=EPILOG)(getattr(module, name))
    return get_group(owner).commands[name]


app = typer.Typer(
    cls=_ImportedOnUse,
    name="ingest",
    help="CSV files to Kafka to Postgres: load files, follow loads, correct rejected rows.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, _summary in SUMMARIES.items():
    app.command(_name, help=_summary)(lambda: None)


def main() -> None:
    """Run the command line of this process."""
    app()


if __name__ == "__main__":
    main()
