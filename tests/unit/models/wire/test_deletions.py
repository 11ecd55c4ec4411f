from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declaration.model import RowTable
from models.declare import Id
from models.wire.decode import Decoded, Decoder
from models.wire.definition import columns_named
from models.wire.deletions import Deletions, deletion_mark
from models.wire.keys import key_bytes
from tests.declared_tables import declared, record_batch, row_tables, rows_of
from tests.deletion_values import deletion_values

USERS = declared({"user_id": Id, "name": str}, key=("user_id",), table="users")
LINES = declared({"order_no": str, "line": Id, "price": int}, key=("order_no", "line"), table="lines")
TRIALS = declared({"trial_id": Id, "user_id": Id}, key=("trial_id",), group="user_id", table="trials")


def decoded(table: RowTable, value: bytes | None, key: bytes | None = None) -> Decoded:
    return Decoder(table).decode(pa.array([value], pa.binary()), lambda _: key)


@st.composite
def tables_with_rows(draw: st.DrawFn) -> tuple[RowTable, list[dict[str, Any]]]:
    table = draw(row_tables())
    return table, draw(rows_of(table, min_size=1))


@given(tables_with_rows())
def test_what_is_written_to_delete_a_row_deletes_it(drawn: tuple[RowTable, list[dict[str, Any]]]) -> None:
    table, rows = drawn
    batch = record_batch(table, rows)
    keys = key_bytes(columns_named(table, table.key), batch).to_pylist()
    values = deletion_values(table, batch)
    found = Decoder(table).decode(values, keys.__getitem__)
    assert found.deleted.equals(batch.select(list(table.key)))
    assert found.deleted_indices.tolist() == list(range(len(rows)))
    assert Deletions(table).may_be_in(values)


def test_a_record_without_value_deletes_the_row_that_its_key_names() -> None:
    assert decoded(USERS, None, b"17").deleted.to_pylist() == [{"user_id": 17}]
    assert decoded(LINES, None, b'["A-1",2]').deleted.to_pylist() == [{"order_no": "A-1", "line": 2}]


@pytest.mark.parametrize("key", [None, b"", b"0", b"007", b"+1", b"1.0", b'"1"', b"9223372036854775808", b"\xff"])
def test_a_key_that_names_no_row_deletes_nothing_and_the_reason_shows_it(key: bytes | None) -> None:
    [bad] = decoded(USERS, None, key).undecodable
    assert bad.field == "user_id"
    assert "must be the user_id to delete" in bad.reason
    assert ("no key" if key is None else repr(key)) in bad.reason


def test_the_reason_names_all_columns_of_a_key_and_the_one_at_fault() -> None:
    [bad] = decoded(LINES, None, b'["A-1",0]').undecodable
    assert bad.field == "line"
    assert "must be the [order_no, line] to delete" in bad.reason


def test_a_long_key_is_cut_in_its_reason() -> None:
    [bad] = decoded(USERS, None, b"\x00" * 10_000).undecodable
    assert len(bad.reason) < 1000


def test_where_rows_have_a_group_a_message_deletes() -> None:
    value = b'{"trial_id":17,"deleted":true,"user_id":"x"}'
    assert decoded(TRIALS, value).deleted.to_pylist() == [{"trial_id": 17}]
    assert deletion_values(TRIALS, pa.RecordBatch.from_pylist([{"trial_id": 17}])).to_pylist() == [
        b'{"trial_id":17,"deleted":true}'
    ]


def test_where_rows_have_a_group_a_record_without_value_deletes_nothing() -> None:
    [bad] = decoded(TRIALS, None, b"17").undecodable
    assert bad.field is None
    assert '{"trial_id":…,"deleted":true}' in bad.reason


@pytest.mark.parametrize("mark", [b"1", b"null", b'"yes"', b"[]"])
def test_a_mark_that_is_not_true_or_false_is_reported(mark: bytes) -> None:
    [bad] = decoded(TRIALS, b'{"trial_id":17,"user_id":1,"deleted":' + mark + b"}").undecodable
    assert (bad.field, bad.reason) == ("deleted", "is not true or false")


def test_a_message_that_names_no_row_is_reported() -> None:
    [bad] = decoded(TRIALS, b'{"deleted":true}').undecodable
    assert bad.field == "trial_id"


def test_a_row_may_say_that_it_is_not_deleted() -> None:
    found = decoded(TRIALS, b'{"trial_id":17,"user_id":1,"deleted":false}')
    assert found.rows.to_pylist() == [{"trial_id": 17, "user_id": 1}]


def test_a_value_does_not_delete_where_keys_do() -> None:
    assert len(decoded(USERS, b'{"user_id":1,"name":"a","deleted":true}').rows) == 1


def test_a_column_of_the_marks_name_keeps_it() -> None:
    table = declared({"id": Id, "deleted": bool, "owner": Id}, key=("id",), group="owner")
    assert deletion_mark(table) == "deleted_"
    assert len(decoded(table, b'{"id":1,"deleted":true,"owner":2}').rows) == 1
    assert decoded(table, b'{"id":1,"deleted_":true}').deleted.to_pylist() == [{"id": 1}]


@pytest.mark.parametrize("value", [b'{"trial_id":1,"deleted":true}', b'{"trial_id":1,"\\u0064eleted":true}'])
@pytest.mark.parametrize("count", [1, 100])
def test_a_batch_that_may_delete_is_known_before_it_is_decoded(value: bytes, count: int) -> None:
    assert Deletions(TRIALS).may_be_in(pa.array([b"{}", value] * count))
    assert not Deletions(TRIALS).may_be_in(pa.array([b"{}", None] * count))
