"""Running a command's body: settings, errors as one line, exit codes."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import typer

from models.declaration.in_force import model_named
from models.errors import ExactFeaturesError
from models.exit_codes import ExitCode
from models.settings.environment import Settings, load_settings
from models.settings.log_format import silence_libraries
from models.terminal_text import say

ResultT = TypeVar("ResultT")


@contextmanager
def reported_errors() -> Iterator[None]:
    """Print errors that are raised on purpose in one line, and end with their exit code."""
    silence_libraries()
    try:
        yield
    except ExactFeaturesError as error:
        say(str(error))
        raise typer.Exit(error.exit_code) from None
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("interrupted")
        raise typer.Exit(ExitCode.INTERRUPTED) from None


@contextmanager
def ended_in_order() -> Iterator[None]:
    """What ends the process otherwise at once raises KeyboardInterrupt, so that nothing half done is left behind."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    for number, handler in before.items():
        # Under nohup the terminal's end is ignored.
        if handler == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ask(question: Callable[[Settings], Coroutine[Any, Any, ResultT]]) -> ResultT:
    """Run a query with the settings of the environment; errors end the command."""
    with reported_errors(), ended_in_order():
        settings = load_settings()
        model_named(settings.model)  # its faults are what is wrong first of all
        return asyncio.run(question(settings))
