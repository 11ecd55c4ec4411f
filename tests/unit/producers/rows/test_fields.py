from datetime import date

import pytest

from models.rows import MAX_COMPOUNDS
from producers.rows.fields import parse_compound_ids, parse_date, parse_optional_text, parse_required_text


@pytest.mark.parametrize(
    ("text", "ids"), [("", []), ("1", [1]), ("2;2;3", [2, 2, 3]), (" 1 ; 02 ;", [1, 2]), ("9;10", [9, 10])]
)
def test_compound_ids_are_separated_by_semicolons(text: str, ids: list[int]) -> None:
    assert parse_compound_ids(text) == ids


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1;;2", "empty compound id"),
        (";1", "empty compound id"),
        ("1;;", "empty compound id"),
        (";", "empty compound id"),
        ("1;1:3", "compound id '1:3', which is not a whole number"),
        ("1;0", "compound id '0', which is out of range"),
        (";".join(["1"] * (MAX_COMPOUNDS + 1)), "lists 20,001 compounds; at most 20,000"),
    ],
)
def test_the_bad_compound_id_is_named(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_compound_ids(text)


def test_dates_are_days_of_the_calendar() -> None:
    assert parse_date("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text", ["", "2023-02-29", "2023-13-01", "2023-1-1", "01/02/2023", "2023-W01-1", "20230101", "0000-01-01"]
)
def test_other_dates_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a date, YYYY-MM-DD"):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "reason"), [("", "is empty"), ("a\x00b", "NUL"), ("M\udcfcller", "not text in the file's encoding")]
)
def test_texts_that_cannot_be_stored_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_required_text(text)


def test_an_empty_optional_text_is_none() -> None:
    assert (parse_optional_text(""), parse_optional_text("a@b.c")) == (None, "a@b.c")
