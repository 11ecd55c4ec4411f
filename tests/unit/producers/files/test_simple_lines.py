from __future__ import annotations

import pytest

from models.declaration.in_force import model_named
from models.wire.encode import value_parts
from models.wire.parts import joined
from producers.files.simple_lines import SimpleLines
from producers.rows.column_mapping import RowMapping
from producers.rows.file_kinds import FileKinds

HEADER = ["order_no", "line", "customer_email", "sku", "note", "quantity", "unit_price", "paid", "ordered_at"]
LINE = "A-1,1,ada@example.org,P1,any 'note',2,10.50,true,2024-03-05 13:00:00"
CUSTOMER = ["country", "email", "name", "joined"]


def values_of(lines: list[str], header: list[str] = HEADER) -> list[str] | None:
    layout = RowMapping(FileKinds(model_named("examples/shop.py")))(header, "orders.csv")
    texts = SimpleLines(layout, ",").texts("".join(f"{line}\n" for line in lines).encode())
    if texts is None:
        return None
    return [value.decode() for value in joined(value_parts(layout.kind, texts), len(lines)).to_pylist()]


def test_fields_are_published_as_they_stand() -> None:
    zones = ["", "Z", "+00:00"]
    expected = (
        '{"order_no":"A-1","line":1,"customer_email":"ada@example.org","sku":"P1","quantity":2,"unit_price":10.50,'
        '"paid":true,"ordered_at":"2024-03-05T13:00:00Z"}'
    )
    assert values_of([LINE + zone for zone in zones]) == [expected] * 3


def test_nothing_is_null_where_it_may_be() -> None:
    assert values_of([",a@b.c,Zoë,2024-03-05", "FR,d@e.f,Ada,2024-03-06"], CUSTOMER) == [
        '{"email":"a@b.c","name":"Zoë","country":null,"joined":"2024-03-05"}',
        '{"email":"d@e.f","name":"Ada","country":"FR","joined":"2024-03-06"}',
    ]


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("A-1", ""),
        ("A-1", "'A-1"),
        ("A-1", " A-1"),
        ("A-1", "A\\1"),
        (",1,", ",0,"),
        (",1,", ",10000,"),
        (",1,", ",01,"),
        ("10.50", "10.505"),
        ("true", "yes"),
        ("2024-03-05", "2023-02-29"),
        ("13:00:00", "24:00:00"),
        ("13:00:00", "13:00:00+01:00"),
        ("any 'note'", "any,note"),
    ],
)
def test_lines_with_one_field_that_needs_a_closer_look_are_not_simple(field: str, other: str) -> None:
    assert values_of([LINE, LINE.replace(field, other, 1)]) is None


@pytest.mark.parametrize("country", ["NULL", "-", "N/A"])
def test_a_text_that_may_mean_nothing_needs_a_closer_look(country: str) -> None:
    assert values_of([f"{country},a@b.c,Ada,2024-03-05"], CUSTOMER) is None
