"""The environment variables, for the help of each command."""

from __future__ import annotations

from models.settings import Settings


def _epilog() -> str:
    variables = [
        line
        for name, field in Settings.model_fields.items()
        for line in (f"  {name.upper()}", f"      {field.description}", f"      (default {field.default})")
    ]
    # \b keeps the lines as they are.
    return "\n".join(["\b", "Environment variables:", *variables]) + "\n\nExit codes: see docs/command-line.md."


EPILOG = _epilog()
