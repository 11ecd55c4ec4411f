"""Lines separated by comma+TAB, made readable for the csv module, which knows separators of one character only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_OPENING_QUOTE = re.compile(r'(?:^|,)[ \t]*"')
_TO_CLOSING_QUOTE = re.compile(r'[^"]*(?:""[^"]*)*"(?!")')


def without_tabs_after_commas(lines: Iterable[str]) -> Iterator[str]:
    """The lines with the TABs after separating commas taken out; inside quotes everything stays."""
    quoted = False
    for line in lines:
        if '"' in line:
            prepared, quoted = _outside_quotes(line, quoted=quoted)
            yield prepared
        else:
            yield line if quoted else line.replace(",\t", ",")


def _outside_quotes(line: str, *, quoted: bool) -> tuple[str, bool]:
    """The line prepared, and whether a quote is open at its end."""
    parts: list[str] = []
    position = 0
    while True:
        boundary = _TO_CLOSING_QUOTE.match(line, position) if quoted else _OPENING_QUOTE.search(line, position)
        part = line[position : boundary.end() if boundary else None]
        if not quoted:
            part = _OPENING_QUOTE.sub(',"', part, count=1) if boundary and boundary[0][0] == "," else part
            part = part.replace(",\t", ",")
        parts.append(part)
        if not boundary:
            return "".join(parts), quoted
        quoted = not quoted
        position = boundary.end()
