"""The files of examples/, which are dirty on purpose, by the models beside them."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from models.declaration.in_force import model_named
from producers.errors import RowFaultError
from producers.files.csv_file import CsvFile
from producers.files.discovery import find
from producers.rows.column_mapping import RowMapping
from producers.rows.deletions import DeletionMapping, encode_deletion
from producers.rows.file_kinds import FileKinds, HeaderError
from producers.rows.rejects import reject_of
from producers.rows.validation import encode_row
from tests.reading_path import Outcome, outcome_of

EXAMPLES = Path(__file__).parents[4] / "examples"
SHOP, SENSORS = (FileKinds(model_named(str(EXAMPLES / name))) for name in ("shop.py", "sensors.py"))


def files_of(kinds: FileKinds, folder: str) -> dict[str, CsvFile]:
    found = find([EXAMPLES / folder], RowMapping(kinds))
    assert found.problems == ()
    return {Path(file.name).name: file for file in found.files}


def outcomes_of(kinds: FileKinds, folder: str) -> dict[str, Outcome]:
    return {name: outcome_of(file) for name, file in files_of(kinds, folder).items()}


@pytest.mark.parametrize(
    ("kinds", "folder", "expected"),
    [
        (
            SHOP,
            "shop",
            {
                "customers.csv": ("customers", 21, 6),
                "products.csv": ("products", 12, 7),
                "order_lines_1.csv": ("order_lines", 55, 13),
                "order_lines_2.tsv": ("order_lines", 32, 2),
            },
        ),
        (
            SENSORS,
            "sensors",
            {
                "devices.csv": ("devices", 8, 3),
                "readings_1.csv": ("readings", 84, 12),
                "readings_2.csv": ("readings", 45, 0),
            },
        ),
    ],
)
def test_files_of_the_examples_are_known(
    kinds: FileKinds, folder: str, expected: dict[str, tuple[str, int, int]]
) -> None:
    files = files_of(kinds, folder)
    assert list(files) == list(expected), "in the order of the model's kinds"
    outcomes = {name: outcome_of(file) for name, file in files.items()}
    assert expected == {
        name: (files[name].layout.kind.name, len(outcome.published), len(outcome.rejected))
        for name, outcome in outcomes.items()
    }


def test_each_fault_of_the_examples_is_told_by_its_kind() -> None:
    outcomes = {**outcomes_of(SHOP, "shop"), **outcomes_of(SENSORS, "sensors")}
    codes = Counter(reject.faults[0].code for outcome in outcomes.values() for reject in outcome.rejected)
    assert codes.keys() >= {
        "empty",
        "not_a_number",
        "decimal_comma",
        "thousands_separator",
        "too_many_decimals",
        "negative",
        "too_small",
        "too_large",
        "not_true_or_false",
        "no_such_day",
        "no_such_time",
        "bad_date",
        "bad_time",
        "empty_item",
        "too_few_fields",
        "too_many_fields",
        "unclosed_quote",
    }


def test_the_later_file_corrects_rows_of_the_first() -> None:
    outcomes = outcomes_of(SHOP, "shop")
    first, second = (rows_by_key(outcomes[name]) for name in ("order_lines_1.csv", "order_lines_2.tsv"))
    corrected = first.keys() & second.keys()
    assert len(corrected) == 5
    assert all(second[key]["unit_price"] == Decimal("9.99") for key in corrected)
    assert any(second[key]["customer_email"] != first[key]["customer_email"] for key in corrected)


def rows_by_key(outcome: Outcome) -> dict[tuple[str, int], dict[str, Any]]:
    rows = (json.loads(published.value, parse_float=Decimal) for published in outcome.published)
    return {(row["order_no"], row["line"]): row for row in rows}


@pytest.mark.parametrize(
    ("kinds", "header", "kind", "fields", "key", "value"),
    [
        (SHOP, ["email"], "customers", ["ada@example.org"], b'"ada@example.org"', None),
        (SHOP, ["sku", "title"], "products", ["P 1", "x"], b'"P 1"', None),
        (
            SHOP,
            ["line", "order_no"],
            "order_lines",
            ["07", "A"],
            b'["A",7]',
            b'{"order_no":"A","line":7,"deleted":true}',
        ),
        (
            SHOP,
            ["sku", "email", "order_no", "line", "customer_email"],
            "order_lines",
            ["P1", "x", "A", "7", "bo@example.com"],
            b'"bo@example.com"',
            b'{"order_no":"A","line":7,"deleted":true}',
        ),
        (SENSORS, ["device", "place"], "devices", ["d1", ""], b'"d1"', None),
        (
            SENSORS,
            ["taken_at", "device"],
            "readings",
            ["2024-03-05 13:00+01:00", "d1"],
            b'"d1"',
            b'{"device":"d1","taken_at":"2024-03-05T12:00:00Z","deleted":true}',
        ),
    ],
)
def test_rows_of_any_key_are_named_for_deletion(  # a table of cases
    kinds: FileKinds, header: list[str], kind: str, fields: list[str], key: bytes, value: bytes | None
) -> None:
    layout = DeletionMapping(kinds)(header, "x.csv")
    assert layout.kind.name == kind
    assert encode_deletion(layout, fields) == (key, value)


def test_without_a_key_in_the_header_all_keys_are_told() -> None:
    with pytest.raises(HeaderError, match=r"must name one of the columns order_no \+ line, email, sku$"):
        DeletionMapping(SHOP)(["line"], "x.csv")
    with pytest.raises(HeaderError):
        DeletionMapping(SHOP)(["17"], "x.csv")


@pytest.mark.parametrize(
    ("kinds", "name", "fields", "row_id"),
    [
        (SHOP, "customers", ["ada@example.org", "", "", ""], '"ada@example.org"'),
        (SHOP, "order_lines", ["A-1", "2.0", "", "", "", "", "", ""], '["A-1",2]'),
        (SHOP, "order_lines", ["A-1", "two", "", "", "", "", "", ""], None),
        (SENSORS, "readings", ["d1", "2024-03-05 12:00", "x", "", ""], '["d1","2024-03-05T12:00:00Z"]'),
    ],
)
def test_a_reject_names_its_row_by_a_key_of_any_form(
    kinds: FileKinds, name: str, fields: list[str], row_id: str | None
) -> None:
    [table] = [table for table in kinds.tables if table.name == name]
    layout = RowMapping(kinds)(list(table.types), "x.csv")
    with pytest.raises(RowFaultError) as caught:
        encode_row(layout, fields)
    assert reject_of(caught.value, "x.csv", 2, layout, fields).row_id == row_id


def test_names_of_their_own_are_recognised_for_any_model(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Customer e-mail,OrderNo,Line,SKU,Qty,Unit Price,Paid?,Ordered\nx,1,1,1,1,1,1,2024-01-01 00:00\n")
    (problem,) = find([path], RowMapping(SHOP)).problems
    assert problem.endswith(
        "add --columns 'OrderNo=order_no,Customer e-mail=customer_email,Qty=quantity,Unit Price=unit_price,Paid?=paid,"
        "Ordered=ordered_at'"
    )


def test_a_row_without_a_header_is_told_by_its_typed_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("P1,Tea,0.1\n")
    (problem,) = find([path], RowMapping(SHOP)).problems
    assert "its first line looks like a row of products: put a line with the columns' names before it" in problem
    path.write_text("th-01,cellar,\n")
    (problem,) = find([path], RowMapping(SENSORS)).problems
    assert "is the header of no known kind" in problem, "any three texts would be a device"


def test_a_quote_that_swallows_rows_is_reported_for_keys_of_text_too(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text('sku,title,weight\nA,"Tin,0.1\nB,Pot,0.2\nC,Cup",0.3\nD,"Set of\n a cup, a pot, and a spoon",1\n')
    [file] = find([path], RowMapping(SHOP)).files
    outcome = outcome_of(file)
    assert len(outcome.published) == 2
    [warning] = outcome.warnings
    assert "the row on lines 2 to 4 holds lines in quotes that look like rows" in warning
