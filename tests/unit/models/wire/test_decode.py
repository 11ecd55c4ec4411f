from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declaration.model import RowTable
from models.wire.decode import Decoded, Decoder
from models.wire.definition import Definition, members_of
from models.wire.encode import json_values
from tests.declared_tables import LISTS, SINGLE, declared, record_batch, row_tables, rows_of

ALONE = 10**9
"""So that each value is read by itself."""


@st.composite
def tables_with_rows(draw: st.DrawFn) -> tuple[RowTable, list[dict[str, Any]]]:
    table = draw(row_tables())
    return table, draw(rows_of(table))


@given(tables_with_rows())
def test_what_is_encoded_comes_back(drawn: tuple[RowTable, list[dict[str, Any]]]) -> None:
    table, rows = drawn
    batch = record_batch(table, rows)
    values = json_values(table, batch)
    for few in (0, ALONE):
        found = Decoder(table, few).decode(values)
        assert found.rows.equals(batch)
        assert found.indices.tolist() == list(range(len(rows)))
        assert not found.undecodable


@given(tables_with_rows())
def test_the_definition_reads_what_is_encoded(drawn: tuple[RowTable, list[dict[str, Any]]]) -> None:
    table, rows = drawn
    definition = Definition(table)
    values = json_values(table, record_batch(table, rows)).to_pylist()
    assert [definition.read(members_of(value)) for value in values] == rows


WORDS = (
    'null true "" [] {} 0 -0 -0.0 007 1.0 1e3 1E-2 .5 5. +1 NaN Infinity "1" 9223372036854775807 9223372036854775808'
)
MORE_WORDS = "-9223372036854775808 8999999999999999999 12345678901.5 1e999999999999 1e99999999999999999999 -6 100 101"
TEXTS = r'"\u0000" "\ud800" "\u00e9" "a\"b" "a\\" "a\\\"b" "\n\t\/" "\q" "[x]" "AB" "ABCDE" "ab"'
ITEMS = '["a]","b"] ["a",""] [1,2] [1,] [[1]] [null] ["x","y",1] [0] [1.0] [1,2,3,4,5,6] ["a\\"]'
DAYS = '"2024-02-29" "2023-02-29" "0000-01-01" "0999-01-01" "2024-13-01" "2024-1-1" "2024-04-31" "2024-12-31"'
TIMES = """
"2024-01-01T00:00:00Z" "2024-01-01T00:00:00.5+00:00" "2024-01-01T24:00:00Z" "2024-01-01T00:00:00"
"2024-01-01T00:00:00+02:00" "0001-01-01T00:00:00+02:00" "2024-01-01T00:00:60Z" "2024-01-01T00:00:00.1234567Z"
"""
STRANGE: Sequence[bytes] = [
    *f"{WORDS} {MORE_WORDS} {TEXTS} {ITEMS} {DAYS} {TIMES}".encode().split(),
    *(b"0.1" + b"0" * 40 + b"1", b"1." + b"0" * 60, b'"2024-01-01 00:00:00Z"', b"[" * 2000 + b"]" * 2000),
    *(b'"\x00"', b'"\x01\x01"', b'"\x02\x02"', b'"\xff"', b'"\xed\xa0\x80"', b'"\xc0\x80"', b'"a\x7fb"'),
]
PIECES: Sequence[bytes] = [*(bytes([each]) for each in b'",:{}[] \n0-.e\\\xc3'), b"null", b'\\"', b"\\\\"]


@st.composite
def hostile(draw: st.DrawFn, table: RowTable) -> bytes | None:
    """A record's value: a row's, with members that are strange, missing, repeated, moved or more, or damaged."""
    row = draw(rows_of(table, min_size=1, max_size=1))
    value: bytes
    [value] = json_values(table, record_batch(table, row)).to_pylist()
    members = [
        (json.dumps(name), json.dumps(each, ensure_ascii=False).encode()) for name, each in json.loads(value).items()
    ]
    how = draw(st.sampled_from(["strange", "member", "damaged", "none", "whole"]))
    if how == "whole":
        around: list[bytes] = [value + b" ", b" " + value, value + value, b"\xef\xbb\xbf" + value, b"", b" "]
        return draw(st.sampled_from([*STRANGE, *around]))
    if how == "none":
        return None
    if how == "damaged":
        start = draw(st.integers(0, len(value)))
        stop = min(len(value), start + draw(st.integers(0, 3)))
        return value[:start] + b"".join(draw(st.lists(st.sampled_from(PIECES), max_size=3))) + value[stop:]
    number = draw(st.integers(0, len(members) - 1))
    if how == "strange":
        members[number] = (members[number][0], draw(st.sampled_from(STRANGE)))
    else:
        more = ['"deleted"', '"more"', *(name for name, _ in members), '"\\u0064eleted"']
        member = (draw(st.sampled_from(more)), draw(st.sampled_from([b"true", b"false", *STRANGE])))
        members = draw(st.sampled_from([members, members[::-1], members[:number]]))
        members = [*members, member] if draw(st.booleans()) else [member, *members]
    comma = draw(st.sampled_from([b",", b",", b", "]))
    return b"{" + comma.join(name.encode() + b":" + each for name, each in members) + b"}"


@st.composite
def hostile_batches(draw: st.DrawFn) -> tuple[RowTable, list[bytes | None]]:
    table = draw(row_tables())
    return table, draw(st.lists(hostile(table), min_size=1, max_size=4))


def decoded(table: RowTable, values: Sequence[bytes | None], few: int = 0) -> Decoded:
    keys = [None, b"1", b'"a"']
    return Decoder(table, few).decode(pa.array(values, pa.binary()), lambda number: keys[number % len(keys)])


@given(hostile_batches())
def test_by_columns_is_read_what_is_read_one_by_one(drawn: tuple[RowTable, list[bytes | None]]) -> None:
    table, values = drawn
    fast, alone = decoded(table, values), decoded(table, values, ALONE)
    assert fast.rows.equals(alone.rows)
    assert fast.indices.tolist() == alone.indices.tolist()
    assert fast.deleted.equals(alone.deleted)
    assert fast.deleted_indices.tolist() == alone.deleted_indices.tolist()
    assert fast.undecodable == alone.undecodable
    indices = [*fast.indices.tolist(), *fast.deleted_indices.tolist(), *(bad.index for bad in fast.undecodable)]
    assert sorted(indices) == list(range(len(values)))
    assert all(bad.reason for bad in fast.undecodable)


@pytest.mark.parametrize("name", sorted(SINGLE | LISTS))
@pytest.mark.parametrize("value", STRANGE, ids=lambda value: value[:20].decode("latin-1"))
def test_a_strange_value_is_read_alike_both_ways(name: str, value: bytes) -> None:
    table = declared({"key": int, "c": (SINGLE | LISTS)[name], "d": (SINGLE | LISTS)[name] | None}, key=("key",))
    values = [b'{"key":1,"c":' + value + b',"d":null}', b'{"key":1,"c":' + value + b',"d":' + value + b"}"]
    fast, alone = decoded(table, values), decoded(table, values, ALONE)
    assert fast.rows.equals(alone.rows)
    assert fast[1].tolist() == alone[1].tolist()
    assert fast.undecodable == alone.undecodable
