from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from models.declaration.loading import load_model
from models.declaration.model import FeatureTable, RowTable
from models.declare import Count, Id
from models.wire.definition import Definition, NotARowError, columns_named, json_of_bytes
from models.wire.keys import GroupKeys, group_of_texts, group_values, key_bytes, key_values
from tests.declared_features import declared_features, feature_tables
from tests.declared_tables import declared, record_batch, row_tables, rows_of, values_of


def keys_of(table: RowTable, rows: list[dict[str, Any]]) -> list[bytes]:
    keys: list[bytes] = key_bytes(columns_named(table, table.key), record_batch(table, rows)).to_pylist()
    return keys


@st.composite
def tables_with_rows(draw: st.DrawFn) -> tuple[RowTable, list[dict[str, Any]]]:
    table = draw(row_tables())
    return table, draw(rows_of(table, min_size=1))


@given(tables_with_rows())
def test_a_key_says_the_values_of_its_columns(drawn: tuple[RowTable, list[dict[str, Any]]]) -> None:
    table, rows = drawn
    definition = Definition(table, table.key)
    expected = [{column.name: row[column.name] for column in definition.columns} for row in rows]
    assert [key_values(definition, key) for key in keys_of(table, rows)] == expected


def test_the_key_of_one_id_is_its_digits() -> None:
    assert keys_of(declared({"id": Id}, key=("id",)), [{"id": 17}]) == [b"17"]


def test_the_key_of_a_text_is_its_json() -> None:
    assert keys_of(declared({"mail": str}, key=("mail",)), [{"mail": 'a"@b'}]) == [b'"a\\"@b"']


def test_the_key_of_several_columns_is_a_json_array_in_the_keys_order() -> None:
    price = Annotated[Decimal, Field(max_digits=5, decimal_places=2)]
    table = declared({"at": datetime, "price": price, "id": Id}, key=("id", "price", "at"))
    row = {"at": datetime(2024, 1, 2, tzinfo=UTC), "price": Decimal("1.50"), "id": 3}
    assert keys_of(table, [row]) == [b'[3,1.5,"2024-01-02T00:00:00Z"]']


@pytest.mark.parametrize("key", [b"", b"a", b'"a"', b"0", b"1.0", b"true", b"[1]", b"null", b"\xff", b"[" * 99_999])
def test_other_bytes_are_not_a_key(key: bytes) -> None:
    with pytest.raises(NotARowError):
        key_values(Definition(declared({"id": Id}, key=("id",)), ("id",)), key)


@pytest.mark.parametrize("key", [b"1", b"[]", b'["a"]', b'["a",1,2]', b'{"a":1}', b'["",1]', b'["a","1"]'])
def test_other_bytes_are_not_a_key_of_two_columns(key: bytes) -> None:
    table = declared({"a": str, "b": Id}, key=("a", "b"))
    with pytest.raises(NotARowError):
        key_values(Definition(table, table.key), key)


@st.composite
def features_with_groups(draw: st.DrawFn) -> tuple[FeatureTable, dict[str, Any]]:
    features = draw(feature_tables(max_aggregates=1))
    return features, {group.name: draw(values_of(group.type)) for group in features.group}


@given(features_with_groups())
def test_a_groups_values_are_read_from_the_json_and_from_the_texts_of_its_key(
    drawn: tuple[FeatureTable, dict[str, Any]],
) -> None:
    features, group = drawn
    schema = pa.schema([(column.name, column.type.arrow) for column in features.group])
    [key] = GroupKeys(features).of(pa.RecordBatch.from_pylist([group], schema)).to_pylist()
    found = json_of_bytes(key)
    parts = found if isinstance(found, list) else [found]
    texts = [part if isinstance(part, str) else json.dumps(part, default=str).strip('"') for part in parts]
    assert list(group_values(features, parts)) == list(group.values())
    assert list(group_of_texts(features, texts)) == list(group.values())


@pytest.mark.parametrize("texts", [["1", "2"], [], ["1.5"], ["x"], ["true"], ["9" * 30], ["1e3"]])
def test_other_texts_are_not_a_group_of_one_id(texts: list[str]) -> None:
    with pytest.raises(NotARowError):
        group_of_texts(load_model("models.lab").features[0], texts)


def test_a_decimal_that_no_column_holds_is_not_a_group() -> None:
    price = Annotated[Decimal, Field(max_digits=5, decimal_places=2)]
    rows = declared({"id": int, "price": price}, key=("id",), group="price")
    features = declared_features(rows, {"rows": Count()})
    assert group_of_texts(features, ["1.5"]) == (Decimal("1.5"),)
    with pytest.raises(NotARowError, match="is not a number"):
        group_of_texts(features, ["1e99999"])
