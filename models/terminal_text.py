"""Text from files and of file names, as it may be printed: a terminal takes control characters for commands."""

from __future__ import annotations

import sys


def escaped(text: str) -> str:
    """The text on one line, with escapes for what cannot be seen: line breaks, control characters, halves of UTF-16."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def shown(text: str, limit: int) -> str:
    """The same, cut after `limit` characters of the text."""
    return escaped(text) if len(text) <= limit else escaped(text[:limit]) + "…"


def say(line: str) -> None:
    """Print a line for people, or several, to standard error."""
    print("\n".join(map(escaped, line.split("\n"))), file=sys.stderr, flush=True)
