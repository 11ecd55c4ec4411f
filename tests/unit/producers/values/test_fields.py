from datetime import date

import pytest

from models.fault_codes import FaultCode
from models.types.column_types import Column, Flag, ListType, TextType, WholeNumber
from producers.errors import FieldFaultError
from producers.values.fields import FLAGS, parse_flag, parser_of
from producers.values.moments import parse_date
from tests.lab_kinds import EXPERIMENTS, USERS

parse_compound_ids = parser_of(EXPERIMENTS.columns[2])
_, parse_required_text, parse_optional_text, _ = map(parser_of, USERS.columns)


@pytest.mark.parametrize(
    ("text", "ids"), [("", []), ("1", [1]), ("2;2;3", [2, 2, 3]), (" 1 ; 02 ;", [1, 2]), ("9;10", [9, 10])]
)
def test_compound_ids_are_separated_by_semicolons(text: str, ids: list[int]) -> None:
    assert parse_compound_ids(text) == ids


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1;;2", "empty item"),
        (";1", "empty item"),
        ("1;;", "empty item"),
        (";", "empty item"),
        ("1;1:3", "item '1:3', which is not a whole number"),
        ("1;0", "item '0', which is out of range"),
        (";".join(["1"] * 20_001), "lists 20,001 values; at most 20,000"),
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


@pytest.mark.parametrize(("text", "value"), [*FLAGS.items(), ("TRUE", True), ("No", False), ("F", False)])
def test_true_and_false_are_read_in_any_case(text: str, *, value: bool) -> None:
    assert parse_flag(text) is value


@pytest.mark.parametrize("text", ["", "maybe", "2", "on", "-", "ja"])
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(FieldFaultError, match="expected true or false") as caught:
        parse_flag(text)
    assert caught.value.code is (FaultCode.NOT_TRUE_OR_FALSE if text else FaultCode.EMPTY)


TAGS = ListType(TextType(max_length=5), "|", min_length=1, max_length=3)


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (Column("c", WholeNumber(), optional=True), "", None),
        (Column("c", Flag(), optional=True), "", None),
        (Column("c", TAGS, optional=True), "", None),
        (Column("c", ListType(WholeNumber(), "|")), "", []),
        (Column("c", ListType(WholeNumber(), "|")), "1| 2.0 |-3|", [1, 2, -3]),
        (Column("c", TAGS), "a| b c |", ["a", "b c"]),
    ],
)
def test_an_optional_column_may_be_empty_and_lists_have_their_own_separator(
    column: Column, text: str, value: object
) -> None:
    assert parser_of(column)(text) == value


@pytest.mark.parametrize(
    ("column", "text", "code", "reason"),
    [
        (Column("c", TAGS), "", FaultCode.TOO_FEW_ITEMS, "lists 0 values; at least 1"),
        (Column("c", TAGS), "a|b|c|d", FaultCode.TOO_MANY_ITEMS, "lists 4 values; at most 3"),
        (Column("c", TAGS), "a||b", FaultCode.EMPTY_ITEM, "between two '|'"),
        (Column("c", TAGS), "a|abcdef", FaultCode.TOO_LONG, "item 'abcdef', which has 6 characters; at most 5"),
        (Column("c", TextType(min_length=2)), "a", FaultCode.TOO_SHORT, "has 1 characters; expected at least 2"),
        (Column("c", TextType(pattern="^[A-Z]+$")), "Ab", FaultCode.WRONG_FORM, r"does not have the form \^\[A-Z"),
        (Column("c", WholeNumber(), optional=True), "NA", FaultCode.NOT_A_NUMBER, "means nothing, add --null NA"),
        (Column("c", ListType(WholeNumber(), ";")), "NULL", FaultCode.NOT_A_NUMBER, "add --null NULL"),
    ],
)
def test_each_fault_has_its_code_and_what_was_expected(column: Column, text: str, code: FaultCode, reason: str) -> None:
    with pytest.raises(FieldFaultError, match=reason) as caught:
        parser_of(column)(text)
    assert caught.value.code is code
