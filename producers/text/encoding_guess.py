"""What a whole file shows of its encoding, if its bytes above ASCII do not begin as UTF-8."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import islice, pairwise

from producers.sources.compression import ByteStream

FALLBACK = "cp1252"
"""What a file that is not UTF-8 is written in: Windows' own, in most of Europe and America."""
UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
LONGEST_CHARACTER = 4
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
"""The bytes that the fallback has no character for."""
_DEFINED = re.compile(rb"[\x80\x82-\x8c\x8e\x91-\x9c\x9e-\xff]")
_WORD = re.compile(rb"(?<![A-Za-z\x80-\xff])[A-Za-z]{0,30}+[\x80-\xff][A-Za-z\x80-\xff]{0,60}+(?![A-Za-z\x80-\xff])")
_MOST_WORDS = 200
_SCANNED = 1024 * 1024

_OTHERS = ("mac-roman", "cp850", "cp437", "cp1250", "cp1251", "cp866", "koi8-r", "iso-8859-2", "mac-cyrillic")
"""What else is common; of two that read a file alike, both are proposed."""
_MOST_PROPOSED = 3
_SHOWN_WORDS = 3


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against the fallback."""

    is_utf8: bool
    """Whether the file holds a character that only UTF-8 writes so, or a NUL, as what is no text does."""
    undefined: int | None = None
    """The first byte that the fallback has no character for."""
    needs_fallback: bool = False
    """Whether there are bytes above ASCII that the fallback has a character for."""
    words: tuple[bytes, ...] = ()
    """Some words with bytes above ASCII."""

    @property
    def fits_fallback(self) -> bool:
        """Whether the file is to be read in the fallback encoding."""
        return not self.is_utf8 and self.undefined is None

    @property
    def disproves_fallback(self) -> bool:
        """Whether values would be garbled, by any encoding that may be guessed.

        A file whose only bytes above ASCII are ones that the fallback does not know is plain ASCII with some damage.
        """
        return not self.is_utf8 and self.undefined is not None and self.needs_fallback

    @property
    def example(self) -> str:
        """Some words as the fallback reads them; empty if there are none."""
        return _shown(self.words, FALLBACK)

    @property
    def fault(self) -> str:
        """What is wrong with a file that disproves the fallback, and what to do."""
        found = f"is neither UTF-8 nor Windows-1252 (cp1252): it holds the byte 0x{self.undefined or 0:02x}"
        advice = "name its encoding with --encoding, or save it in UTF-8"
        proposed = "; ".join(
            f"--encoding {encoding} reads {_shown(self.words, encoding)}" for encoding in proposals(self.words)
        )
        return f"{found}: {advice}{'; ' if proposed else ''}{proposed}"


def look_through(stream: ByteStream) -> Evidence:
    """What the whole of a file shows."""
    tail = b""
    undefined: int | None = None
    needs_fallback = False
    words: list[bytes] = []
    while data := stream.read1(_SCANNED):
        if b"\x00" in data or UTF8_CHARACTER.search(tail + data):
            return Evidence(is_utf8=True)
        if undefined is None and (found := _UNDEFINED.search(data)):
            undefined = found[0][0]
        needs_fallback = needs_fallback or bool(_DEFINED.search(data))
        # A word may be cut by the end of what is read at once.
        whole = (found for found in _WORD.finditer(data) if found.end() < len(data))
        words += (found[0] for found in islice(whole, _MOST_WORDS - len(words)))
        tail = (tail + data)[1 - LONGEST_CHARACTER :]
    return Evidence(is_utf8=False, undefined=undefined, needs_fallback=needs_fallback, words=tuple(words))


def proposals(words: tuple[bytes, ...]) -> list[str]:
    """The encodings in which all of these are words: letters of one script, none a capital after a small one."""
    if not words:
        return []
    return [encoding for encoding in _OTHERS if all(_is_word(word, encoding) for word in words)][:_MOST_PROPOSED]


def _is_word(word: bytes, encoding: str) -> bool:
    try:
        text = word.decode(encoding)
    except UnicodeDecodeError:
        return False
    if not text.isalpha() or any(before.islower() and after.isupper() for before, after in pairwise(text)):
        return False
    return len({unicodedata.name(letter, "").partition(" ")[0] for letter in text}) == 1


def _shown(words: tuple[bytes, ...], encoding: str) -> str:
    different = list(dict.fromkeys(words))[:_SHOWN_WORDS]
    return ", ".join(word.decode(encoding) for word in different)
