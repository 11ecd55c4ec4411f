from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from models.declaration.loading import load_model
from models.declaration.model import RowTable
from models.declare import Id, Separated
from models.types.column_types import Column, Flag, ListType
from models.wire.decode import Decoder
from models.wire.encode import json_values, value_parts
from models.wire.parts import joined
from tests.declared_tables import declared, record_batch, row_tables, rows_of


def encoded(annotation: object, *values: object) -> list[str]:
    """The JSON of each value."""
    table = declared({"key": Id, "c": annotation}, key=("key",))
    rows = record_batch(table, [{"key": 1, "c": value} for value in values])
    return [value.decode().removeprefix('{"key":1,"c":')[:-1] for value in json_values(table, rows).to_pylist()]


def test_a_row_of_the_lab_is_written_as_ever() -> None:
    [experiments] = [table for table in load_model("models.lab").rows if table.name == "experiments"]
    rows = record_batch(
        experiments,
        [
            {
                "experiment_id": 1,
                "user_id": 2,
                "experiment_compound_ids": [1, 2],
                "experiment_run_time": Decimal("12.5"),
            },
            {"experiment_id": 2, "user_id": 2, "experiment_compound_ids": [], "experiment_run_time": Decimal(7)},
        ],
    )
    assert json_values(experiments, rows).to_pylist() == [
        b'{"experiment_id":1,"user_id":2,"experiment_compound_ids":[1,2],"experiment_run_time":12.5}',
        b'{"experiment_id":2,"user_id":2,"experiment_compound_ids":[],"experiment_run_time":7}',
    ]


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (Annotated[Decimal, Field(max_digits=12, decimal_places=2)], Decimal("-0.10"), "-0.1"),
        (Annotated[Decimal, Field(max_digits=12, decimal_places=2)], Decimal("100.00"), "100"),
        (Annotated[Decimal, Field(max_digits=12, decimal_places=0)], Decimal(100), "100"),
        (Annotated[Decimal, Field(max_digits=38, decimal_places=10)], Decimal("-1E-10"), "-0.0000000001"),
        (Annotated[Decimal, Field(max_digits=38, decimal_places=10)], Decimal(0), "0"),
        (Annotated[Decimal, Field(max_digits=3, decimal_places=3)], Decimal("0.5"), "0.5"),
        (bool, True, "true"),
        (date, date(1, 2, 3), '"0001-02-03"'),
        (datetime, datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), '"2024-01-02T03:04:05Z"'),
        (datetime, datetime(1, 1, 2, 3, 4, 5, 600, tzinfo=UTC), '"0001-01-02T03:04:05.000600Z"'),
        (str, 'a"b\\c\nd\x7fé', '"a\\"b\\\\c\\nd\x7fé"'),
        (str | None, None, "null"),
        (Annotated[list[str], Separated("|")] | None, None, "null"),
        (Annotated[list[str], Separated("|")], ["a", 'b"', "]"], '["a","b\\"","]"]'),
        (Annotated[list[int], Separated("|")], [-1, 2**63 - 1], "[-1,9223372036854775807]"),
    ],
)
def test_each_type_has_its_form(annotation: object, value: object, expected: str) -> None:
    # Beside another value, whose form must not decide.
    assert encoded(annotation, value, value)[1] == expected


def test_lists_of_a_part_of_a_batch_are_its_own() -> None:
    table = declared({"key": Annotated[list[int], Separated(";")] | None, "id": Id}, key=("id",))
    rows = record_batch(table, [{"key": each, "id": 1} for each in ([1], None, [2, 3], [], [4])])
    assert [json.loads(value)["key"] for value in json_values(table, rows.slice(1, 3)).to_pylist()] == [
        None,
        [2, 3],
        [],
    ]


def as_text(column: Column, value: Any) -> str | None:  # noqa: ANN401  # of any type
    """A value as a file may hold it."""
    if value is None:
        return None
    if isinstance(column.type, ListType):
        return column.type.separator.join(map(str, value))
    if isinstance(column.type, Flag):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


@st.composite
def tables_with_texts(draw: st.DrawFn) -> tuple[RowTable, list[dict[str, Any]]]:
    """Rows whose lists can be divided again."""
    table = draw(row_tables())
    rows = draw(rows_of(table))
    for row in rows:
        for name, kind in table.types.items():
            if isinstance(kind, ListType) and row[name] is not None:
                row[name] = [each.replace(kind.separator, "_") if isinstance(each, str) else each for each in row[name]]
    return table, rows


@given(tables_with_texts())
def test_texts_of_a_file_are_written_as_their_values(drawn: tuple[RowTable, list[dict[str, Any]]]) -> None:
    table, rows = drawn
    texts = {
        column.name: pa.array([as_text(column, row[column.name]) for row in rows], pa.string())
        for column in table.columns
    }
    values = joined(value_parts(table, texts), len(rows))
    assert Decoder(table).decode(values).rows.equals(record_batch(table, rows))
