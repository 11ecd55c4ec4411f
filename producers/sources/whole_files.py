"""Whether a file that may still be written ends where a row may end."""

from __future__ import annotations

import zipfile

from producers.errors import UnreadableSourceError
from producers.sources.compression import is_archive, unpacked
from producers.sources.source import Source

_BLOCK = 1024 * 1024
_LINE_ENDS = (b"\n", b"\r", b"\n\x00", b"\r\x00")
"""Those of UTF-16 with the lesser byte first have a NUL more."""


def ends_whole(source: Source, quote: bytes = b'"') -> bool:
    """Whether it ends with a line, and that line does not end inside of quotes; what is compressed, with its end.

    A quote of its own, such as that of 5", makes a whole file look as if it ended inside of quotes. The other way
    round does not happen but where there are two such mistakes. Nothing at all is not whole.

    Raises:
        OSError: it cannot be read.
    """
    try:
        with source.opened() as raw:
            if is_archive(raw):
                return zipfile.is_zipfile(raw)
            with unpacked(raw) as content:
                end, quotes = b"", 0
                while data := content.read1(_BLOCK):
                    quotes += data.count(quote)
                    end = data[-2:] if len(data) > 1 else (end + data)[-2:]
    except UnreadableSourceError:
        return False
    return end.endswith(_LINE_ENDS) and quotes % 2 == 0
