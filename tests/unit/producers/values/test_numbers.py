from decimal import Decimal

import pytest

from models.fault_codes import FaultCode
from models.types.column_types import Amount, Bounds, ExactDecimal, WholeNumber
from producers.errors import FieldFaultError
from producers.values.numbers import parse_amount, parse_decimal, parse_decimal_comma, parse_id, parse_whole
from tests.lab_kinds import EXPERIMENTS

RUN_TIME = EXPERIMENTS.types["experiment_run_time"]


def parse_run_time(text: str) -> Decimal:
    assert isinstance(RUN_TIME, ExactDecimal)
    return parse_decimal(text, RUN_TIME)


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
    assert parse_run_time(text) == Decimal(str(number))
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
    ("text", "code", "advice"),
    [
        ("7.0", FaultCode.BAD_ID, "write 7;"),
        ("9223372036854775807.00", FaultCode.BAD_ID, "write 9223372036854775807;"),
        ("7.5", FaultCode.BAD_ID, "is not a whole number;"),
        ("1,234", FaultCode.THOUSANDS_SEPARATOR, "without thousands separators"),
        ("1\u202f234", FaultCode.THOUSANDS_SEPARATOR, "without thousands separators"),
        ("", FaultCode.EMPTY, "is empty"),
        ("0", FaultCode.ID_OUT_OF_RANGE, "is out of range"),
    ],
)
def test_it_is_said_what_to_write_instead_of_an_id(text: str, code: FaultCode, advice: str) -> None:
    with pytest.raises(FieldFaultError, match=advice) as caught:
        parse_id(text)
    assert caught.value.code is code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("10,5", FaultCode.DECIMAL_COMMA),
        ("-10,5", FaultCode.DECIMAL_COMMA),
        ("1,234", FaultCode.DECIMAL_COMMA),
        ("1,234,567", FaultCode.THOUSANDS_SEPARATOR),
        ("1.234,5", FaultCode.THOUSANDS_SEPARATOR),
        ("1\u2019234.5", FaultCode.THOUSANDS_SEPARATOR),
        (",", FaultCode.NOT_A_NUMBER),
        ("1,2,3", FaultCode.NOT_A_NUMBER),
        ("-1e3", FaultCode.NEGATIVE),
        ("1e12", FaultCode.TOO_LARGE),
        ("1e-4", FaultCode.TOO_MANY_DECIMALS),
    ],
)
def test_each_wrong_run_time_has_its_code(text: str, code: FaultCode) -> None:
    with pytest.raises(FieldFaultError) as caught:
        parse_run_time(text)
    assert caught.value.code is code


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), ("5.0", 5), ("1e3", 1000), ("-7", -7), ("-0", 0), ("007", 7), (str(-(2**63)), -(2**63))],
)
def test_whole_numbers_count_by_value(text: str, number: int) -> None:
    assert parse_whole(text, WholeNumber()) == number


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("", FaultCode.EMPTY, "is empty; expected a whole number from 1 to 9,999"),
        ("0", FaultCode.TOO_SMALL, "is too small; expected a whole number from 1 to 9,999"),
        ("-1", FaultCode.NEGATIVE, "is negative; expected a whole number from 1 to 9,999"),
        ("1e999999999", FaultCode.TOO_LARGE, "is too large; expected a whole number from 1 to 9,999"),
        ("1.5", FaultCode.TOO_MANY_DECIMALS, "is not a whole number; expected"),
        ("1,234", FaultCode.THOUSANDS_SEPARATOR, "has thousands separators: write it without them; expected"),
        ("1,5", FaultCode.NOT_A_NUMBER, "is not a number; expected"),
        ("five", FaultCode.NOT_A_NUMBER, "is not a number; expected"),
    ],
)
def test_other_whole_numbers_are_refused(text: str, code: FaultCode, reason: str) -> None:
    with pytest.raises(FieldFaultError, match=reason) as caught:
        parse_whole(text, WholeNumber(Bounds(ge=1, le=9999)))
    assert caught.value.code is code


@pytest.mark.parametrize("text", [str(2**63), "1e19"])
def test_a_whole_number_has_64_bits(text: str) -> None:
    with pytest.raises(FieldFaultError, match="too large; expected a whole number, of 64 bits"):
        parse_whole(text, WholeNumber())
    with pytest.raises(FieldFaultError, match="too small"):
        parse_whole(f"-{text}1", WholeNumber())


@pytest.mark.parametrize(
    ("bounds", "text", "reason"),
    [
        (
            Bounds(ge=-300, le=5000),
            "-300.01",
            "is too small; expected a number from -300 to 5,000 with up to 2 decimals",
        ),
        (Bounds(gt=0), "0", "is too small; expected a number > 0 with up to 2 decimals"),
        (Bounds(gt=0, lt=Decimal("0.5")), "0.5", "is too large; expected a number > 0 and < 0.5 with up to 2 decimals"),
        (Bounds(), "1e10", "is too large; expected a number with up to 2 decimals, below 10\\^10"),
        (Bounds(), "-1e10", "is too small; expected a number with up to 2 decimals, above -10\\^10"),
    ],
)
def test_a_decimal_keeps_to_its_declared_limits_and_digits(bounds: Bounds, text: str, reason: str) -> None:
    with pytest.raises(FieldFaultError, match=reason):
        parse_decimal(text, ExactDecimal(12, 2, bounds))


def test_decimals_of_38_digits_are_exact() -> None:
    text = "1234567890123456789012345678.9012345678"
    assert parse_decimal(text, ExactDecimal(38, 10)) == Decimal(text)
    with pytest.raises(FieldFaultError, match="more than 10 decimals"):
        parse_decimal(text + "9", ExactDecimal(38, 10))


COMMA = ExactDecimal(10, 3)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,5", "12.500"),
        ("-12,50", "-12.500"),
        (",5", "0.500"),
        ("12,", "12.000"),
        ("1200", "1200.000"),
        ("1.234,56", "1234.560"),
        ("-123.456,7", "-123456.700"),
        ("1.234.567", "1234567.000"),
    ],
)
def test_a_declared_decimal_comma_is_read_with_points_between_thousands(text: str, value: str) -> None:
    assert str(parse_decimal_comma(text, COMMA)) == value


@pytest.mark.parametrize(
    "text", ["12.5", "1.234", "1.23,5", "12.34.567", "1234.567,8", "1,234.5", "1,2,3", "", "12,34567", "x"]
)
def test_what_may_be_meant_otherwise_is_refused_where_a_decimal_comma_is_declared(text: str) -> None:
    with pytest.raises(FieldFaultError):
        parse_decimal_comma(text, COMMA)


def test_a_word_with_a_point_is_not_a_number_whatever_the_decimal_mark() -> None:
    with pytest.raises(FieldFaultError, match=r"^is not a number"):
        parse_decimal_comma("n. a.", COMMA)


@pytest.mark.parametrize(
    ("text", "amount", "value"),
    [
        ("€ 12.50", Amount("€"), "12.500"),
        ("$1,234.56", Amount("$"), "1234.560"),
        ("-$1,234,567", Amount("$"), "-1234567.000"),
        ("$-5", Amount("$"), "-5.000"),
        ("-$ 5", Amount("$"), "-5.000"),
        ("12.50 EUR", Amount("EUR"), "12.500"),
        ("eur 12", Amount("EUR"), "12.000"),
        ("12.50", Amount("EUR"), "12.500"),
        ("19%", Amount("%"), "19.000"),
        ("1.234,56\u00a0€", Amount("€", decimal=","), "1234.560"),
        ("-5,00 €", Amount("€", decimal=","), "-5.000"),
    ],
)
def test_a_declared_amount_is_read_with_its_sign_before_or_after_it(text: str, amount: Amount, value: str) -> None:
    assert str(parse_amount(text, COMMA, amount)) == value


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$1,234", Amount("$")),
        ("$12,5", Amount("$")),
        ("€ 5", Amount("$")),
        ("$ 5 $", Amount("$")),
        ("-$-5", Amount("$")),
        ("$", Amount("$")),
        ("", Amount("$")),
        ("$5 each", Amount("$")),
        ("1.234 €", Amount("€", decimal=",")),
        ("12.5 €", Amount("€", decimal=",")),
    ],
)
def test_an_amount_of_another_sign_or_that_may_be_two_numbers_is_refused(text: str, amount: Amount) -> None:
    with pytest.raises(FieldFaultError):
        parse_amount(text, COMMA, amount)
