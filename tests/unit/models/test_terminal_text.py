from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.terminal_text import escaped, shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data/users.csv", "data/users.csv"),
        ("Zoë 中 😀", "Zoë 中 😀"),
        ("a\x1b[31m\nb\r\t\x00", r"a\x1b[31m\nb\r\t\x00"),
        ("\u202e\ud800\x9b", r"\u202e\ud800\x9b"),
    ],
)
def test_what_cannot_be_seen_is_escaped(text: str, expected: str) -> None:
    assert escaped(text) == expected


@given(st.text(), st.integers(0, 20))
def test_nothing_is_left_that_a_terminal_obeys(text: str, limit: int) -> None:
    assert escaped(text).isprintable()
    assert shown(text, limit).isprintable()
    assert shown(text, len(text)) == escaped(text)
