"""How the commands beside `ingest` end: errors as one line, exit codes, Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable

from models.errors import ExactFeaturesError
from models.exit_codes import ExitCode, of_fixed_form
from models.terminal_text import say


def ended(module: str, run: Callable[[], ExitCode], prefix: str = "") -> int:
    """Run the body of a command.

    Args:
        module: that is run.
        run: the body; it returns what it came to.
        prefix: of the line that reports an error.

    Returns:
        The number that the process ends with.
    """
    try:
        code = run()
    except ExactFeaturesError as error:
        say(f"{prefix}{error}")
        code = error.exit_code
    except KeyboardInterrupt:
        say(f"{prefix}interrupted")
        code = ExitCode.INTERRUPTED
    return of_fixed_form(module, code)
