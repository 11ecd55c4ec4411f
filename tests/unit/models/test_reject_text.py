from __future__ import annotations

import pytest

from models.reject_text import fault_text, place_of


@pytest.mark.parametrize(
    ("file", "place"), [("users.csv", "users.csv:7"), (None, "users[3]@41")], ids=["of a file", "of another client"]
)
def test_a_row_is_where_it_was_read(file: str | None, place: str) -> None:
    assert place_of({"file": file, "line": 7, "topic": "users", "partition": 3, "offset": 41}) == place


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("name", "", 'name: "" is empty'),
        ("name", None, "name: is empty"),
        (None, "x", '"x" is empty'),
        (None, None, "is empty"),
    ],
)
def test_a_fault_names_what_is_known_of_it(field: str | None, value: str | None, text: str) -> None:
    assert fault_text(field, value, "is empty") == text
