"""Decoding where a model has functions of its own."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

import pyarrow as pa
from pydantic import Field, field_validator

from models.declaration.base_classes import Row
from models.declaration.row_checks import checked_rows
from models.declaration.source_places import SourcePlaces
from models.wire.decode import Decoder


class Checked(Row, table="checked", key="number"):
    number: int
    name: str
    joined: date
    at: datetime
    price: Annotated[Decimal, Field(max_digits=5, decimal_places=2)]
    note: str | None

    @field_validator("name", mode="after")
    @classmethod
    def _in_capitals(cls, name: str) -> object:
        return {"empty": "", "number": 7, "nul": "\0", "half": "\ud800"}.get(name, name.upper())

    @field_validator("number")
    @classmethod
    def _odd(cls, number: int) -> int:
        if number % 2 == 0:
            raise ValueError("is even")
        return number * (10**30 if number == 99 else 1) // (number - 13)


def test_functions_of_the_model_decide_however_many_values_there_are() -> None:
    table, faults = checked_rows(Checked, SourcePlaces("checked.py", ast.Module([], [])))
    assert not faults
    names = {7: "a", 8: "a", 13: "a", 15: "empty", 17: "number", 19: "nul", 21: "half", 99: "a"}
    rest = '"joined":"2024-01-01","at":"2024-01-01T00:00:00Z","price":1.5,"note":null'
    values = pa.array([f'{{"number":{n},"name":"{name}",{rest}}}'.encode() for n, name in names.items()] * 100)
    found = Decoder(table).decode(values)
    assert found.indices.tolist() == list(range(0, len(values), len(names)))
    assert len(found.rows) == 100
    assert found.rows.slice(0, 1).to_pylist() == [
        {
            "number": -2,
            "name": "A",
            "joined": date(2024, 1, 1),
            "at": datetime(2024, 1, 1, tzinfo=UTC),
            "price": Decimal("1.50"),
            "note": None,
        }
    ]
    assert [(bad.field, bad.reason) for bad in found.undecodable[:7]] == [
        ("number", "is even"),
        (None, "the model's own functions raise ZeroDivisionError: integer division or modulo by zero"),
        ("name", "is empty; expected a text"),
        ("name", "Input should be a valid string"),
        ("name", "holds a NUL character, which Postgres cannot store"),
        ("name", "holds half of a surrogate pair, which is not a character"),
        ("number", "is not a whole number of 64 bits"),
    ]
