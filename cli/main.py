"""The command `ingest` and its subcommands."""

from __future__ import annotations

import typer

from cli import audit, demo, doctor, load, loads, rebuild, rejects, report, skip, status, worker
from cli.environment import EPILOG
from cli.model_option import GroupWithModel

app = typer.Typer(
    cls=GroupWithModel,
    name="ingest",
    help="CSV files to Kafka to Postgres: load files, follow loads, mend rejected rows.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("load", epilog=EPILOG)(load.load)
app.command("worker", epilog=EPILOG)(worker.worker)
app.add_typer(rejects.app, name="rejects")
app.add_typer(loads.app, name="loads")
app.command("status", epilog=EPILOG)(status.status)
app.command("audit", epilog=EPILOG)(audit.audit)
app.command("report", epilog=EPILOG)(report.report)
app.command("rebuild", epilog=EPILOG)(rebuild.rebuild)
app.command("skip", epilog=EPILOG)(skip.skip)
app.command("doctor", epilog=EPILOG)(doctor.doctor)
app.command("demo", epilog=EPILOG)(demo.demo)


def main() -> None:
    """Run the command line of this process."""
    app()


if __name__ == "__main__":
    main()
