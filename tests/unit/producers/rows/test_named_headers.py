"""A column that names its header is read by that, and has its own name everywhere behind it."""

from __future__ import annotations

import json
from typing import Annotated

import pytest

from models.declaration.model import Model
from models.declare import Header, Id
from producers.rows.column_mapping import RowMapping
from producers.rows.deletions import DeletionMapping, encode_deletion
from producers.rows.file_kinds import FileKinds, HeaderError
from producers.rows.validation import encode_row
from tests.declared_tables import declared

TABLE = declared(
    {"order_id": Annotated[Id, Header("Order ID")], "buyer": Annotated[str, Header("E-Mail")], "note": str | None},
    key=("order_id",),
    group="buyer",
)
KINDS = FileKinds(Model("things", "", (TABLE,), ()))
HEADER = ["note", "e-mail", "order id"]


def test_a_row_is_read_by_the_headers_names_and_written_by_those_of_the_fields() -> None:
    layout = RowMapping(KINDS)(HEADER, "x.csv")
    key, value = encode_row(layout, ["", "ada@example.org", "7"])
    assert json.loads(value) == {"order_id": 7, "buyer": "ada@example.org", "note": None}
    assert b"ada@example.org" in key


def test_the_name_of_the_field_is_not_looked_for() -> None:
    with pytest.raises(HeaderError, match="lacks order id: the columns of things are order id, e-mail, note"):
        RowMapping(KINDS)(["note", "e-mail", "order_id"], "x.csv")


def test_rows_are_deleted_by_the_headers_names() -> None:
    layout = DeletionMapping(KINDS)(HEADER, "x.csv")
    _, value = encode_deletion(layout, ["", "ada@example.org", "7"])
    assert json.loads(value or b"")["order_id"] == 7


@pytest.mark.parametrize("header", ["GRÖSSE", "größe", "Größe"])
def test_a_header_is_the_columns_name_in_any_case_whatever_the_letters(header: str) -> None:
    sizes = FileKinds(Model("sizes", "", (declared({"order_id": Id, "größe": int}, key=("order_id",)),), ()))
    layout = RowMapping(sizes)(["order_id", header.casefold()], "x.csv")
    assert json.loads(encode_row(layout, ["7", "5"])[1]) == {"order_id": 7, "größe": 5}
