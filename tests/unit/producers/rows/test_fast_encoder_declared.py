"""The fast encoder and the definition, for random declarations and for those of the examples."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.declaration.in_force import model_named
from models.declaration.model import RowTable
from models.types.column_types import Column, ListType
from producers.errors import RowFaultError
from producers.rows.column_mapping import RowMapping
from producers.rows.fast_encoder import fast_encoder
from producers.rows.file_kinds import FileKinds
from producers.rows.json_rows import json_of, key_of
from producers.rows.validation import encode_row
from tests.declared_fields import fields_of, written
from tests.declared_tables import row_tables, rows_of
from tests.lab_kinds import mapping_of


def decoded(value: bytes) -> Any:  # noqa: ANN401  # JSON
    return json.loads(value, parse_float=Decimal)


@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data(), table=row_tables())
def test_what_is_recognised_is_valid_and_equal_for_any_declaration(data: st.DataObject, table: RowTable) -> None:
    layout = mapping_of(table)
    encode = fast_encoder(layout)
    for fields in data.draw(st.lists(fields_of(table), max_size=5)):
        recognised = encode(fields)
        if recognised is not None:
            key, value = encode_row(layout, fields)
            assert (recognised[0], decoded(recognised[1])) == (key, decoded(value))


@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data(), table=row_tables())
def test_valid_rows_of_any_declaration_become_their_json(data: st.DataObject, table: RowTable) -> None:
    layout = mapping_of(table)
    for row in data.draw(rows_of(table)):
        fields = [written(column, row[column.name]) for column in table.columns]
        if any(_is_read_otherwise(column, row[column.name]) for column in table.columns):
            continue
        key, value = encode_row(layout, fields)
        assert (key, decoded(value)) == (key_of(table.partitioned_by, row), decoded(json_of(row)))


def _is_read_otherwise(column: Column, value: object) -> bool:
    """Whether a file's text does not say the value: spaces at its ends, its own separator in it, an empty list."""
    if isinstance(value, list):
        separator = column.type.separator if isinstance(column.type, ListType) else ""
        texts = [text for text in value if isinstance(text, str)]
        return (column.optional and not value) or any(text.strip() != text or separator in text for text in texts)
    return isinstance(value, str) and value.strip() != value


@pytest.mark.parametrize(
    ("model", "name", "fields", "key", "value"),
    [
        (
            "examples/shop.py",
            "order_lines",
            ["A-1", "1", "ada@example.org", "P1", "2", "10.50", "yes", "2024-03-05 13:00:00+01:00"],
            b'"ada@example.org"',
            (
                b'{"order_no":"A-1","line":1,"customer_email":"ada@example.org","sku":"P1","quantity":2,'
                b'"unit_price":10.50,"paid":true,"ordered_at":"2024-03-05T12:00:00Z"}'
            ),
        ),
        (
            "examples/shop.py",
            "products",
            ["P1", 'Tin "A"', ""],
            b'"P1"',
            rb'{"sku":"P1","title":"Tin \"A\"","weight":null}',
        ),
        (
            "examples/sensors.py",
            "readings",
            ["d1", "2024-03-05T12:00:00.5Z", "-0.25", "", "low|hot"],
            b'"d1"',
            (
                b'{"device":"d1","taken_at":"2024-03-05T12:00:00.500000Z","temperature":-0.25,"battery":null,'
                b'"alarms":["low","hot"]}'
            ),
        ),
    ],
)
def test_rows_of_the_examples_are_recognised(
    model: str, name: str, fields: list[str], key: bytes, value: bytes
) -> None:
    [table] = [table for table in model_named(model).rows if table.name == name]
    assert fast_encoder(mapping_of(table))(fields) == (key, value)
    assert encode_row(mapping_of(table), fields) == (key, value.replace(b"10.50", b"10.5"))


@pytest.mark.parametrize(
    "changed", [{"line": "0"}, {"line": "10000"}, {"quantity": "1000001"}, {"unit_price": "1.234"}, {"paid": "?"}]
)
def test_rows_beyond_the_declared_limits_are_left_to_validation_and_rejected(changed: dict[str, str]) -> None:
    mapping = RowMapping(FileKinds(model_named("examples/shop.py")))
    header = ["order_no", "line", "customer_email", "sku", "quantity", "unit_price", "paid", "ordered_at"]
    row = ["A-1", "1", "ada@example.org", "P1", "2", "10.50", "yes", "2024-03-05 12:00:00"]
    layout = mapping(header, "lines.csv")
    assert fast_encoder(layout)(row) is not None
    wrong = [changed.get(name, text) for name, text in zip(header, row, strict=True)]
    assert fast_encoder(layout)(wrong) is None
    with pytest.raises(RowFaultError) as caught:
        encode_row(layout, wrong)
    assert [fault.field for fault in caught.value.faults] == [*changed]
