"""Texts at the edges of what a column may hold."""

from __future__ import annotations

CHARACTERS = (
    "\x01\x08\x1b\x1f\x7f\x80\xa0\xff\u0100\u07ff\u0800\u2028\ud7ff\ue000\ufeff\ufffd\ufffe\uffff\U00010000\U0010ffff"
)
"""The first and the last of each length in UTF-8, beside the surrogates and controls; NUL is rejected."""

LONGEST = "x" * 250_000
"""Twice in a row of at most 512 KiB."""

EDGE_TEXTS = ["a", *(f"a{character}z" for character in CHARACTERS), f"a{CHARACTERS}z", "\U0010ffff" * 60_000, LONGEST]
"""Each stands between letters, as spaces around a field are dropped."""
