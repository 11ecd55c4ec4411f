"""What the values of reading options mean, and which can be used."""

from __future__ import annotations

import codecs
from io import BytesIO, TextIOWrapper
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from producers.errors import ReadOptionError

_NONE = "none"
_NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_QUOTES = "\"'"


def known_encoding(name: str) -> str:
    """Python's own name of an encoding of text.

    Raises:
        ReadOptionError: there is none of this name.
    """
    try:
        TextIOWrapper(BytesIO(), encoding=name).detach()
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        advice = "such as utf-8, utf-16, cp1252, iso-8859-1, mac-roman"
        raise ReadOptionError(f"the encoding {name!r} is not known: give one {advice}") from None


def usable_delimiter(text: str) -> str:
    """The character that a text gives or names.

    Raises:
        ReadOptionError: no file can be separated by it.
    """
    delimiter = _NAMED_DELIMITERS.get(text.lower(), text)
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in '"\r\n\x00 _.-':
        raise ReadOptionError(
            f"the delimiter {text!r} cannot be used: give one character that no field holds, or tab, comma, "
            "semicolon, pipe"
        )
    return delimiter


def usable_comment(text: str) -> str:
    """The text, which comment lines begin with.

    Raises:
        ReadOptionError: rows may begin with it.
    """
    if not text or text[0].isalnum() or text[0].isspace() or not text.isprintable() or text[0] in _QUOTES:
        raise ReadOptionError(
            f"the comment {text!r} cannot be used: give what comment lines begin with, such as # or //; no letter, "
            "digit, space or quote may come first"
        )
    return text


def usable_quote(text: str) -> str:
    """The character that a text gives; an empty text for `none`, and for itself.

    Raises:
        ReadOptionError: nothing can be quoted with it.
    """
    return _sign("quote", text)


def _sign(name: str, text: str) -> str:
    if not text or text.lower() == _NONE:
        return ""
    if len(text) != 1 or text.isalnum() or not text.isprintable() or text in " ,;|_.":
        raise ReadOptionError(
            f"the {name} {text!r} cannot be used: give one character that is not a letter, digit, space or separator, "
            f"or {_NONE}"
        )
    return text


def usable_escape(text: str, quote: str) -> str:
    """The character that a text gives; an empty text for `none`, and for the quote: doubling is always understood.

    Raises:
        ReadOptionError: nothing can be escaped with it.
    """
    escape = _sign("escape", text)
    return "" if escape == quote else escape


def usable_timezone(name: str) -> ZoneInfo:
    """The time zone of that name in the IANA database.

    Raises:
        ReadOptionError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ReadOptionError(f"the time zone {name!r} is not known: give one such as Europe/Berlin") from None
