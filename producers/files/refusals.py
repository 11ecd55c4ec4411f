"""Why a file as a whole is not loaded, and what would have it loaded, in words."""

from __future__ import annotations

from collections.abc import Sequence

from producers.files.header_search import HeaderSearch
from producers.printable import has_surrogates
from producers.rows.file_kinds import HeaderError

_NOT_TEXT = "is not text in UTF-8: save it as CSV in UTF-8, or name its encoding with --encoding"
_NUL = "\x00"


def refusal(error: HeaderError, beginning: Sequence[tuple[int, str]], search: HeaderSearch) -> str:
    """The message for a file whose first line is not the header of any kind.

    Args:
        error: what is wrong with that line.
        beginning: the file's first lines with their numbers, from that one on.
        search: looks for the header in them.
    """
    line = beginning[0][1] if beginning else ""
    if _NUL in line or has_surrogates(line):
        return _utf16(line, search.kinds.columns) or _NOT_TEXT
    way_on = search.way_on()
    if way_on is None:
        return str(error)
    return way_on.text if way_on.is_whole else f"{error}; {way_on.text}"


def _utf16(line: str, columns: Sequence[str]) -> str | None:
    """What to do if each second byte is a NUL, and what is left names a column."""
    if any(column in line.replace(_NUL, "").casefold() for column in columns):
        encoding = "utf-16-be" if line.startswith(_NUL) else "utf-16-le"
        return f"is not text in UTF-8; it looks like UTF-16 without its mark: add --encoding {encoding}"
    return None
