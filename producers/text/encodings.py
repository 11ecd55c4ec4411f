"""Bytes to text, in the encoding that was found in the file or given as an option."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from producers.errors import UnknownEncodingError, UnreadableSourceError
from producers.sources.compression import ByteStream
from producers.text.encoding_guess import FALLBACK, LONGEST_CHARACTER, UTF8_CHARACTER, Evidence

_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_MARK = "\ufeff"
_LONGEST_MARK = 3
_NO_TEXT = "\udcff"
"""Stands for what is left at the end and is no whole character."""


class DecodedText:
    """The text of a stream. What is not text in its encoding becomes lone surrogates, which reject the row.

    The encoding is the one given; or else that of the byte-order mark; or else UTF-8, unless the first bytes that
    are not ASCII are not UTF-8 and neither is anything else in the file: that is the fallback.
    """

    def __init__(self, stream: ByteStream, encoding: str | None, look_through: Callable[[], Evidence | None]) -> None:
        """Take the stream at its start; `look_through` looks at the whole file, if it can be read twice."""
        self._stream = stream
        self._look_through = look_through
        self._decoder = None if encoding is None else _decoder(encoding)
        self._started = False
        self.bytes_read = 0
        self.fell_back = False
        """Whether the text is read in the fallback encoding."""

    def read(self, size: int) -> str:
        """Some text, of about `size` bytes; none at the end.

        Raises:
            UnreadableSourceError: the bytes are damaged, or the encoding leaves no way to go on.
            UnknownEncodingError: they are text in no encoding that may be guessed.
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
        while not UTF8_CHARACTER.search(data):
            cut_off = data[: 1 - LONGEST_CHARACTER].isascii()
            if not cut_off or not (more := self._stream.read1(size)):
                self._choose_fallback()
                break
            self.bytes_read += len(more)
            data += more
        return data

    def _choose_fallback(self) -> None:
        evidence = self._look_through()
        if evidence is not None and evidence.disproves_fallback:
            raise UnknownEncodingError(evidence.fault)
        self.fell_back = evidence is not None and evidence.fits_fallback


def _marked(data: bytes) -> str | None:
    """The encoding that a byte-order mark at the beginning stands for."""
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    errors = "surrogatepass" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    return codecs.getincrementaldecoder(encoding)(errors)
