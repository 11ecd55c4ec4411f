"""The environment variables, for the help of each command."""

from __future__ import annotations

from models.settings.environment import Settings


def default_text(name: str) -> str:
    """A field's default as it would be written in the environment; empty if there is none."""
    default = Settings.model_fields[name].default
    return str(default).lower() if isinstance(default, bool) else str(default)


def _epilog() -> str:
    variables = [
        line
        for name, field in Settings.model_fields.items()
        for line in (
            f"  {name.upper()}",
            f"      {field.description}",
            f"      (default {default_text(name) or 'none'})",
        )
    ]
    # \b keeps the lines as they are.
    return "\n".join(["\b", "Environment variables:", *variables]) + "\n\nExit codes: see docs/command-line.md."


EPILOG = _epilog()
