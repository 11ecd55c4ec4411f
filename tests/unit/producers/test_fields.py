from datetime import date

import pytest

from models.rows import MAX_COMPOUNDS
from producers.fields import (
    parse_compound_ids,
    parse_date,
    parse_id,
    parse_optional_text,
    parse_required_text,
    parse_run_time,
)


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("007", 7), (str(2**63 - 1), 2**63 - 1), ("0" * 5000 + "9", 9)])
def test_ids_are_decimal_digits(text: str, number: int) -> None:
    assert parse_id(text) == number


@pytest.mark.parametrize("text", ["", "0", "000", "-1", "+1", "1.0", "1_000", "1e2", "٣", "a", str(2**63), "9" * 5000])
def test_other_ids_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a whole number from 1"):
        parse_id(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0.0),
        ("-0", 0.0),
        ("12.5000", 12.5),
        ("1e2", 100.0),
        ("1E-3", 0.001),
        (".5", 0.5),
        ("5.", 5.0),
        ("007.250", 7.25),
        ("999999999999.999", 999999999999.999),
    ],
)
def test_run_times_count_by_value(text: str, number: float) -> None:
    assert parse_run_time(text) == number
    assert str(parse_run_time(text))[0] != "-"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("-5", "is negative"),
        ("1.2345", "more than 3 decimals"),
        ("1.0000000000000000000000000000000000001", "more than 3 decimals"),
        ("1e-400000", "more than 3 decimals"),
        ("1000000000000", "too large"),
        ("1e999999999", "too large"),
        ("nan", "not a number"),
        ("inf", "not a number"),
        ("10,5", "has a comma: write 10.5 if it is the decimal mark"),
        ("1_000", "has thousands separators: write it without them, with a point before the decimals"),
        ("0x10", "not a number"),
        ("٣", "not a number"),
        ("+5", "not a number"),
    ],
)
def test_other_run_times_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"{reason}; expected a number ≥ 0 with up to 3 decimals"):
        parse_run_time(text)


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
