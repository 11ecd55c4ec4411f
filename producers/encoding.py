"""Bytes to text, in the encoding that the file shows or that it was said to have."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from producers.compression import ByteStream
from producers.errors import UnreadableSourceError

FALLBACK = "cp1252"
"""What a file that is not UTF-8 is written in: Windows' own, in most of Europe and America."""
_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_MARK = "\ufeff"
_LONGEST_MARK = 3
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_LONGEST_CHARACTER = 4
_SCANNED = 1024 * 1024
_NO_TEXT = "\udcff"
"""Stands for what is left at the end and is no whole character."""


def fits_fallback(stream: ByteStream) -> bool:
    """Whether it holds neither a character that only UTF-8 writes so, nor a NUL, as what is no text does."""
    tail = b""
    while data := stream.read1(_SCANNED):
        if b"\x00" in data or _UTF8_CHARACTER.search(tail + data):
            return False
        tail = (tail + data)[1 - _LONGEST_CHARACTER :]
    return True


class DecodedText:
    """The text of a stream. What is not text in its encoding becomes lone surrogates, which reject the row.

    The encoding is the one given; or else that of the byte-order mark; or else UTF-8, unless the first bytes that
    are not ASCII are not UTF-8 and neither is anything else in the file: that is the fallback.
    """

    def __init__(self, stream: ByteStream, encoding: str | None, whole_fits_fallback: Callable[[], bool]) -> None:
        """Take the stream at its start; `whole_fits_fallback` asks `fits_fallback` of the whole file."""
        self._stream = stream
        self._whole_fits_fallback = whole_fits_fallback
        self._decoder = None if encoding is None else _decoder(encoding)
        self._started = False
        self.bytes_read = 0
        self.fell_back = False
        """Whether the text is read in the fallback encoding."""

    def read(self, size: int) -> str:
        """Some text, of about so many bytes; none at the end.

        Raises:
            UnreadableSourceError: the bytes are damaged, or the encoding leaves no way to go on.
            OSError: they cannot be read.
        """
        while True:
            data = self._read_bytes(size)
            text = self._decoded(data, size)
            if not self._started:
                self._started = True
                text = text.removeprefix(_MARK)
            if text or not data:
                return text

    def _read_bytes(self, size: int) -> bytes:
        data = self._stream.read1(size)
        # The first bytes of a pipe may come one by one, and a byte-order mark is looked for as a whole.
        while not self.bytes_read and data and len(data) < _LONGEST_MARK and (more := self._stream.read1(size)):
            data += more
        self.bytes_read += len(data)
        return data

    def _decoded(self, data: bytes, size: int) -> str:
        if self._decoder is None:
            marked = None if self._started else _marked(data)
            if marked is None and data.isascii():
                return data.decode("ascii")
            data = data if marked else self._resolved(data, size)
            self._decoder = _decoder(marked or (FALLBACK if self.fell_back else "utf-8"))
        try:
            return self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            if not data:
                self._decoder.reset()
                return _NO_TEXT
            raise UnreadableSourceError(f"what is read is not {error.encoding}: {error.reason}") from error

    def _resolved(self, data: bytes, size: int) -> bytes:
        """Bytes, the first that are not ASCII, with as many after them as tell whether they are UTF-8."""
        while not _UTF8_CHARACTER.search(data):
            cut_off = data[: 1 - _LONGEST_CHARACTER].isascii()
            if not cut_off or not (more := self._stream.read1(size)):
                self.fell_back = self._whole_fits_fallback()
                break
            self.bytes_read += len(more)
            data += more
        return data


def _marked(data: bytes) -> str | None:
    """The encoding that a byte-order mark at the beginning stands for."""
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    errors = "surrogatepass" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    return codecs.getincrementaldecoder(encoding)(errors)
