"""Text as it may leave the process: without what UTF-8 or Postgres cannot take."""

from __future__ import annotations

import re

_FIRST_BYTE = 0xDC00
_BYTE = re.compile("[\udc80-\udcff]")
"""What stands for a byte that is not text, by the error handler "surrogateescape"."""


def has_surrogates(text: str) -> bool:
    """Whether the text holds bytes that were not UTF-8 when it was read."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def printable(text: str) -> str:
    r"""The text with bytes that are not text, and NUL characters, written as escapes, such as \x81."""
    if has_surrogates(text):
        text = _BYTE.sub(lambda found: f"\\x{ord(found[0]) - _FIRST_BYTE:02x}", text)
        text = text.encode(errors="backslashreplace").decode()
    return text.replace("\x00", "\\x00")
