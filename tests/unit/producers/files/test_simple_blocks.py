from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from io import BufferedReader, BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import field_validator

from models.declaration.base_classes import Row
from models.declaration.in_force import model_named
from models.declaration.model import Model, RowTable
from producers.files.csv_file import CsvFile, inspect
from producers.files.simple_blocks import BlockRows, recogniser
from producers.rows.column_mapping import RowMapping
from producers.rows.file_kinds import FileKinds, column_names
from producers.rows.read_options import ReadOptions
from producers.sources.source import Source
from producers.text.dialects import Dialect
from producers.text.lines import Lines
from tests.declared_fields import fields_of, valid_fields_of
from tests.declared_tables import row_tables
from tests.lab_kinds import EXPERIMENTS, mapping_of, row_mapping
from tests.reading_path import Published, outcome_of

HEADER = "experiment_id,user_id,experiment_compound_ids,experiment_run_time"
PLAIN = st.builds(
    lambda first, second, listed, thousandths: f"{first},{second},{';'.join(map(str, listed))},{thousandths / 1000}",
    st.integers(1, 10**18 - 1),
    st.integers(1, 99),
    st.lists(st.integers(1, 20), max_size=3),
    st.integers(0, 10**6),
)
OTHER = st.sampled_from(
    [
        "",
        " ",
        '"1",2,3,4',
        "1,2,3",
        "0,2,3,4",
        "1,2,x,4",
        "1,2,3,-4",
        '1,2,"3',
        "é,1,2,3",
        "1, 2,3,4",
        "1,2,3,1.2345",
        "\r",
    ]
)
ROWS = st.lists(st.one_of(PLAIN, PLAIN, PLAIN, OTHER), max_size=30)


def source_of(text: str) -> Source:
    content = text.encode()

    @contextmanager
    def opened() -> Iterator[BufferedReader]:
        yield BufferedReader(BytesIO(content))

    return Source("some.csv", "some.csv", opened, len(content))


@given(
    rows=ROWS,
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    separator=st.sampled_from([",", ",\t", "\t", "|"]),
    ended=st.booleans(),
    block=st.sampled_from([7, 40, 200]),
)
@example(rows=["1,2,3,4"] * 20, end="\r\n", separator=",", ended=True, block=7)
def test_by_blocks_and_row_by_row_give_the_same(
    rows: list[str], end: str, separator: str, *, ended: bool, block: int
) -> None:
    text = end.join([HEADER, *rows]).replace(",", separator) + (end if ended else "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("producers.text.lines._BLOCK", block)
        file = inspect(source_of(text), row_mapping)
        assert outcome_of(file) == outcome_of(file, by_blocks=False)


@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data(), table=row_tables(), delimiter=st.sampled_from(",;\t|"), comment=st.sampled_from([None, "#"]))
def test_both_ways_give_the_same_for_any_declaration(
    data: st.DataObject, table: RowTable, delimiter: str, comment: str | None
) -> None:
    columns = st.permutations(column_names(table))
    header = data.draw(columns)
    rows = data.draw(st.lists(valid_fields_of(table) | fields_of(table), min_size=1, max_size=8))
    places = [header.index(name) for name in column_names(table)]
    lines = [delimiter.join(header)]
    for row in rows:
        fields = [""] * len(row)
        for place, field in zip(places, row, strict=True):
            fields[place] = field
        lines.append(delimiter.join(fields))
    reading = ReadOptions(delimiter=delimiter, comment=comment)
    text = "\n".join(lines) + "\n"
    file = inspect(source_of(text), RowMapping(FileKinds(model_of(table))), reading)
    by_blocks, one_by_one = outcome_of(file), outcome_of(file, by_blocks=False)
    assert by_blocks.rejected == one_by_one.rejected
    assert by_blocks.warnings == one_by_one.warnings
    assert list(map(by_value, by_blocks.published)) == list(map(by_value, one_by_one.published))


def by_value(record: Published) -> tuple[int, bytes, Any]:
    """A record whose decimals are numbers: 12.50 is 12.5."""
    return record.line, record.key, json.loads(record.value, parse_float=Decimal)


def model_of(table: RowTable) -> Model:
    return Model("things", "", (table,), ())


def found_in(file: CsvFile) -> list[object]:
    with file.opened() as rows:
        return [found for _, found in rows.by_blocks(recogniser(file.layout, file.dialect))]


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (HEADER, "1,2,3;4,5.50"),
        (HEADER, "1,2,,5"),
        ("user_id,experiment_id,experiment_compound_ids,experiment_run_time", "1,2,3;4,5.5"),
        (HEADER + ",note", "1,2,3;4,5.5,none"),
        (HEADER.replace(",", "|"), "1|2|3;4|5.5"),
        ("user_id,name,email,signup_date", "1, Zoë \\ Müller ,,2024-02-28"),
        ("compound_id,compound_name,compound_structure", "1,Caffeine,C8H10N4O2"),
    ],
)
def test_a_file_of_simple_rows_is_recognised_by_the_block(header: str, line: str) -> None:
    file = inspect(source_of(f"{header}\n" + f"{line}\n" * 20_000), row_mapping)
    blocks = found_in(file)
    assert all(isinstance(found, BlockRows) for found in blocks)
    assert len(blocks) < 40
    assert outcome_of(file) == outcome_of(file, by_blocks=False)


def test_the_examples_are_recognised_by_the_block() -> None:
    mapping = RowMapping(FileKinds(model_named("examples/shop.py")))
    header = "order_no,line,customer_email,sku,quantity,unit_price,paid,ordered_at"
    lines = [f"A-1,1,ada@example.org,P1,2,10.5,true,2024-03-05{time}" for time in (" 13:00:00", "T13:00:00.5Z")]
    file = inspect(source_of("\n".join([header, *lines, ""])), mapping)
    [rows] = found_in(file)
    assert isinstance(rows, BlockRows)
    assert outcome_of(file) == outcome_of(file, by_blocks=False)


@pytest.mark.parametrize(
    "line",
    ['1,"Ada",,2024-01-01', "1,'Ada',,2024-01-01", "1,Ada,NULL,2024-01-01", "1,Ada,,2024-02-29", "1,\0,,2024-01-01"],
)
def test_a_block_with_one_row_that_is_not_simple_is_read_row_by_row(line: str) -> None:
    file = inspect(source_of(f"user_id,name,email,signup_date\n1,Ada,,2024-01-01\n{line}\n"), row_mapping)
    assert all(isinstance(found, list) for found in found_in(file))


def test_rows_with_validators_of_their_own_are_not_recognised_by_columns() -> None:
    layout = mapping_of(replace(EXPERIMENTS, definition=_Checked))
    assert recogniser(layout, Dialect(",")) is None


class _Checked(Row):
    experiment_id: int

    @field_validator("experiment_id")
    @classmethod
    def _is_even(cls, value: int) -> int:
        return value


def test_the_rest_of_a_block_begins_with_the_line_that_is_needed() -> None:
    lines = Lines(StringIO("a\nb\nc\n", newline=""))
    found = []
    for lines.needed_from in (1, 2, 3, 4):
        found.append(lines.rest_of_block())
    assert found == [("a\nb\nc\n", 3), ("b\nc\n", 2), ("c\n", 1), None]
