"""Data for programs, as every command prints it."""

from __future__ import annotations

import orjson


def print_json(data: object) -> None:
    """Print data as JSON to standard output."""
    text = orjson.dumps(data, default=_plain, option=orjson.OPT_INDENT_2).decode()
    print(text, flush=True)


def _plain(value: object) -> str:
    """What orjson does not know, as text."""
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)
