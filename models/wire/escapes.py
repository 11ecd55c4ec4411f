"""Escape sequences of JSON texts, in values that are read by columns.

Escaped quotes and backslashes are hidden, byte by byte, behind control characters, which JSON does not allow in a text.
Then each quote that is left begins or ends a text, and each backslash begins another escape sequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc

_HIDDEN: Final = ((rb"\\", b"\x01\x01"), (rb"\"", b"\x02\x02"))
_HEX: Final = "[0-9a-fA-F]"
# Not NUL, and surrogates only in pairs.
_UNITS: Final = (
    rf"[1-9a-cA-CeEfF]{_HEX}{{3}}|[dD][0-7]{_HEX}{{2}}|0[1-9a-fA-F]{_HEX}{{2}}|00[1-9a-fA-F]{_HEX}|000[1-9a-fA-F]"
    rf"|[dD][89abAB]{_HEX}{{2}}\\u[dD][c-fC-F]{_HEX}{{2}}"
)
ESCAPED: Final = rf"\x01\x01|\x02\x02|\\[/bfnrt]|\\u(?:{_UNITS})"
"""Regular expression of an escape sequence, hidden or not."""


def hidden(values: Sequence[bytes | None]) -> pa.BinaryArray:
    """The values, each JSON or None, with what would mislead hidden."""
    return pa.array([None if value is None else _hidden(value) for value in values], pa.binary())


def _hidden(value: bytes) -> bytes:
    for escape, mark in _HIDDEN:
        value = value.replace(escape, mark)
    return value


def unescaped(texts: pa.StringArray) -> pa.StringArray:
    """Texts of the form, as they are meant."""
    escaped = pc.match_substring_regex(texts, r"[\\\x01\x02]")
    found = texts.filter(escaped).cast(pa.binary()).to_pylist()
    if not found:
        return texts
    block = b'","'.join(found)
    for escape, mark in _HIDDEN:
        block = block.replace(mark, escape)
    return pc.replace_with_mask(texts, escaped, pa.array(orjson.loads(b'["' + block + b'"]'), pa.string()))
