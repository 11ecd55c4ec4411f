"""Text as it may leave the process: without what UTF-8 or Postgres cannot take."""

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
