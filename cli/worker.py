"""`ingest worker`: the worker, in place of this process."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

LOG_LEVELS = {"debug": "debug", "info": "info", "warning": "warn", "error": "error", "critical": "crit"}
"""By the names that everybody knows; as Faust's command takes them."""


def worker(
    log_level: Annotated[str, typer.Option(help=f"What is logged: {', '.join(LOG_LEVELS)}.")] = "info",
    *,
    web: Annotated[bool, typer.Option("--web/--no-web", help="Serve the web pages (WEB_HOST, WEB_PORT).")] = True,
) -> None:
    """Run a worker until it is stopped: the same as `faust -A streams.app worker -l info`."""
    if log_level.lower() not in LOG_LEVELS:
        raise typer.BadParameter(f"{log_level}: one of {', '.join(LOG_LEVELS)}")
    command = [sys.executable, "-m", "faust", "-A", "streams.app", "worker", "-l", LOG_LEVELS[log_level.lower()]]
    # In place of this process: signals and the exit code are the worker's own.
    os.execv(sys.executable, command if web else [*command, "--without-web"])  # noqa: S606  # our own command
