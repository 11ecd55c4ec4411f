"""Text as it may leave the process: without what UTF-8, Postgres or a terminal cannot take."""

from __future__ import annotations


def has_surrogates(text: str) -> bool:
    """Whether the text holds bytes that were not UTF-8 when it was read."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def printable(text: str) -> str:
    """The text with bytes that are not UTF-8, and NUL characters, written as escapes."""
    return text.encode(errors="backslashreplace").decode().replace("\x00", "\\x00")


def shown(text: str, limit: int) -> str:
    """The text on one line of a terminal, cut after so many characters."""
    one_line = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text[:limit]
    )
    return one_line if len(text) <= limit else one_line + "…"
