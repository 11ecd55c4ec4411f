from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import Field

from models.declare import Amount, DecimalComma, Header, Id, Separated, UnixTime
from models.types.annotations import TypeFault, column_of
from models.types.column_types import (
    Bounds,
    Column,
    ColumnType,
    Day,
    ExactDecimal,
    Flag,
    Identifier,
    Instant,
    ListType,
    TextType,
    WholeNumber,
)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (str, TextType()),
        (Annotated[str, Field(min_length=1, max_length=9, pattern="[a-z]+")], TextType(1, 9, "[a-z]+")),
        (int, WholeNumber()),
        (Annotated[int, Field(ge=1, lt=10)], WholeNumber(Bounds(ge=1, lt=10))),
        (Id, Identifier()),
        (Annotated[Decimal, Field(max_digits=5, decimal_places=2)], ExactDecimal(5, 2)),
        (Annotated[Decimal, Field(gt=0, max_digits=5, decimal_places=0)], ExactDecimal(5, 0, Bounds(gt=0))),
        (bool, Flag()),
        (date, Day()),
        (Annotated[date, Field(ge=date(2000, 1, 1))], Day(Bounds(ge=date(2000, 1, 1)))),
        (datetime, Instant()),
        (Annotated[list[Id], Separated(";")], ListType(Identifier(), ";")),
        (Annotated[list[int], Separated(", "), Field(max_length=3)], ListType(WholeNumber(), ", ", 0, 3)),
        (
            Annotated[list[Annotated[str, Field(min_length=1)]], Separated("|"), Field(min_length=2)],
            ListType(TextType(1), "|", 2),
        ),
    ],
)
def test_an_annotation_is_a_type_of_column(annotation: object, expected: ColumnType) -> None:
    assert column_of("it", annotation) == Column("it", expected)


@pytest.mark.parametrize(
    "annotation",
    [
        Annotated[Decimal, Field(max_digits=5, decimal_places=2)] | None,
        Annotated[Decimal | None, Field(max_digits=5, decimal_places=2)],
    ],
)
def test_a_column_that_may_be_none_is_optional(annotation: object) -> None:
    assert column_of("it", annotation) == Column("it", ExactDecimal(5, 2), optional=True)


@pytest.mark.parametrize(
    ("annotation", "wrong", "right"),
    [
        (float, "is a float, whose sums are not exact", "Decimal"),
        (bytes, "has the type bytes", "use one of str, int, Id"),
        (int | str, "has the type", "use one of"),
        (Decimal, "is a Decimal without its digits", "max_digits"),
        (Annotated[Decimal, Field(max_digits=5)], "is a Decimal without its digits", "decimal_places"),
        (Annotated[Decimal, Field(max_digits=39, decimal_places=2)], "has max_digits=39", "1 to 38 digits"),
        (Annotated[Decimal, Field(max_digits=2, decimal_places=3)], "decimal_places=3", "fewer after the point"),
        (Annotated[int, Field(max_length=3)], "has max_length, which does not fit int", "leave it out"),
        (Annotated[int, Field(multiple_of=3)], "which is not known here", "use Field with"),
        (Annotated[str, Field(ge="a")], "has ge, which does not fit str", "leave it out"),
        (Annotated[str, Field(pattern=r"(a)\1")], "has the pattern .*: error: backreferences", "regular expression"),
        (Annotated[str, Field(pattern="(")], "has the pattern '\\('", "regular expression"),
        (Annotated[int, Field(ge=0.5)], "has the limit 0.5, which is not of its type", "as int"),
        (Annotated[Decimal, Field(ge=0.5, max_digits=3, decimal_places=1)], "has the limit 0.5", "as Decimal"),
        (Annotated[str, DecimalComma()], "has DecimalComma, which does not fit str", "leave it out"),
        (Annotated[str, Amount("€")], "has Amount, which does not fit str", "leave it out"),
        (Annotated[Decimal, Amount("1")], "has Amount\\(sign='1'", "a sign without digits"),
        (Annotated[Decimal, Amount("€", decimal="x")], "decimal='x'", "a sign without digits"),
        (Annotated[date, UnixTime()], "has UnixTime, which does not fit date", "leave it out"),
        (Annotated[datetime, UnixTime("minutes")], "has UnixTime\\('minutes'\\)", "use one of s, ms, us"),
        (Annotated[bool, Field(ge=1)], "has ge, which does not fit bool", "bool takes none"),
        (list[Id], "is a list without its separator", "list\\[Id\\], Separated"),
        (list[str], "is a list without its separator", "list\\[str\\], Separated"),
        (Annotated[Id, Field(le=4)], "has le, which does not fit Id", "declare int"),
        (Annotated[list[Annotated[Id, Field(gt=2)]], Separated(";")], "has gt, which does not fit Id", "declare int"),
        (list, "is a list of object", "list\\[Id\\]"),
        (Annotated[list[date], Separated(";")], "is a list of date", "list\\[Id\\]"),
        (Annotated[list[int | None], Separated(";")], "is a list of int", "list\\[Id\\]"),
        (Annotated[list[Id], Separated("")], "has the separator ''", "a text without quotes"),
        (Annotated[list[Id], Separated("\n")], "has the separator", "a text without quotes"),
        (Annotated[str, Separated(";")], "has separator, which does not fit str", "leave it out"),
    ],
)
def test_what_is_not_a_type_of_column_is_refused_with_what_would_be_right(
    annotation: object, wrong: str, right: str
) -> None:
    with pytest.raises(TypeFault, match=wrong) as fault:
        column_of("it", annotation)
    assert right.replace("\\", "") in fault.value.right


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (Annotated[Id, Header("Order  ID")], Column("it", Identifier(), header="order id")),
        (Annotated[str, Header("Größe")] | None, Column("it", TextType(), optional=True, header="grösse")),
        (
            Annotated[Decimal | None, Field(max_digits=5, decimal_places=2), Header("x (%)")],
            Column("it", ExactDecimal(5, 2), optional=True, header="x (%)"),
        ),
        (Annotated[list[Id], Separated(";"), Header("ids")], Column("it", ListType(Identifier(), ";"), header="ids")),
    ],
)
def test_a_header_is_kept_as_headers_are_compared(annotation: object, expected: Column) -> None:
    assert column_of("it", annotation) == expected


def test_an_empty_header_is_a_fault() -> None:
    with pytest.raises(TypeFault, match="has an empty Header"):
        column_of("it", Annotated[str, Header(" ")])
