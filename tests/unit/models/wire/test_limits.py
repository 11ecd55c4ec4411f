"""Limits that `Field` declares: by columns they mean what they mean in pydantic."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import pyarrow as pa
import pytest
from pydantic import Field

from models.declare import Id, Separated
from models.wire.decode import Decoder
from models.wire.few_reader import FewReader
from tests.declared_tables import declared

PRICE = Field(max_digits=12, decimal_places=2)
LONG = Field(max_digits=38, decimal_places=10)
CASES: list[tuple[Any, str, int]] = [
    (Annotated[int, Field(ge=2, le=4)], "1 2 3 4 5", 3),
    (Annotated[int, Field(gt=2, lt=4)], "1 2 3 4 5", 1),
    (Annotated[int, Field(ge=-(10**30), le=10**30)], "-9223372036854775808 0 9223372036854775807", 3),
    (Annotated[int, Field(ge=10**30)], "1 9223372036854775807", 0),
    (Annotated[Decimal, PRICE, Field(gt=2, lt=4)], "2 2.01 3.99 4 4.00", 2),
    (Annotated[Decimal, PRICE, Field(ge=Decimal("0.005"))], "0 0.01 0.1", 2),
    (Annotated[Decimal, PRICE, Field(lt=10**12)], "9999999999.99 0 10000000000", 2),
    (Annotated[Decimal, LONG, Field(le=10**35)], "9999999999999999999999999999.9999999999 1", 2),
    (Annotated[date, Field(ge=date(2024, 1, 2), lt=date(2024, 1, 4))], '"2024-01-01" "2024-01-02" "2024-01-04"', 1),
    (
        Annotated[datetime, Field(ge=datetime(2024, 1, 1))],  # noqa: DTZ001  # without a zone it means UTC
        '"2023-12-31T23:59:59.999999Z" "2024-01-01T00:00:00Z" "2024-01-01T00:30:00+01:00"',
        1,
    ),
    (Annotated[datetime, Field(lt=datetime.fromisoformat("2024-01-01T01:00+01:00"))], '"2023-12-31T23:59:59Z"', 1),
    (Annotated[datetime, Field(lt=datetime.fromisoformat("2024-01-01T01:00+01:00"))], '"2024-01-01T00:00:00Z"', 0),
    (Annotated[str, Field(min_length=2, max_length=3)], '"a" "ab" "éàü" "abcd"', 2),
    (Annotated[str, Field(pattern=r"^\d+$")], '"12" "١٢" "a" "1\\n" "\\u0661"', 3),
    (Annotated[str, Field(pattern=r"(?i)straße")], '"STRASSE" "STRAẞE" "straße!"', 2),
    (Annotated[list[Id], Separated(";"), Field(min_length=1, max_length=2)], "[] [1] [1,2] [1,2,3]", 2),
    (Annotated[list[Annotated[int, Field(le=5)]], Separated(";")], "[] [5,5] [5,6] [6]", 2),
    (Annotated[list[Annotated[str, Field(max_length=1)]], Separated(";")], '[] ["a","b"] ["a","bc"]', 2),
]


@pytest.mark.parametrize(("annotation", "values", "kept"), CASES)
@pytest.mark.parametrize("few", [0, 10**9])
def test_limits_are_kept_both_ways(annotation: object, values: str, kept: int, few: int) -> None:
    table = declared({"id": Id, "c": annotation, "d": annotation | None}, key=("id",))  # type: ignore[operator]  # a type
    texts = [f'{{"id":1,"c":{value},"d":{other}}}'.encode() for value in values.split() for other in (value, "null")]
    found = Decoder(table, few).decode(pa.array(texts, pa.binary()))
    assert len(found.rows) == 2 * kept
    assert {bad.field for bad in found.undecodable} <= {"c"}


@pytest.mark.parametrize(("annotation", "values", "kept"), CASES)
def test_limits_are_kept_where_rows_are_few(annotation: object, values: str, kept: int) -> None:
    table = declared({"id": Id, "c": annotation, "d": annotation | None}, key=("id",))  # type: ignore[operator]  # a type
    texts = [f'{{"id":1,"c":{value},"d":{other}}}'.encode() for value in values.split() for other in (value, "null")]
    reader = FewReader(table)
    found = [reader.read([text]) for text in texts]
    assert len([rows for rows in found if rows is not None]) == 2 * kept
