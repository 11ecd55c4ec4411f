from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from models.declaration.model import RowTable
from models.declare import Id, Separated
from models.wire.decode import Decoded, Decoder
from models.wire.definition import Definition, members_of
from models.wire.deletions import Deletions
from models.wire.encode import json_values
from models.wire.few_reader import FewReader
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


@given(hostile_batches())
def test_few_rows_are_what_the_definition_reads(drawn: tuple[RowTable, list[bytes | None]]) -> None:
    table, values = drawn
    reader, definition, deletions = FewReader(table), Definition(table), Deletions(table)
    for value in values:
        found = reader.read([value])
        if found is not None:
            assert value is not None
            members = members_of(value)
            assert deletions.named_by_message(members) is None
            assert found.equals(record_batch(table, [definition.read(members)]))


@given(tables_with_rows())
def test_few_rows_are_read_at_once(drawn: tuple[RowTable, list[dict[str, Any]]]) -> None:
    table, rows = drawn
    batch = record_batch(table, rows)
    assert FewReader(table).read(json_values(table, batch).to_pylist()) == batch


@pytest.mark.parametrize("name", sorted(SINGLE | LISTS))
@pytest.mark.parametrize("value", STRANGE, ids=lambda value: value[:20].decode("latin-1"))
def test_a_strange_value_in_few_rows_means_what_the_definition_says(name: str, value: bytes) -> None:
    table = declared({"key": int, "c": (SINGLE | LISTS)[name], "d": (SINGLE | LISTS)[name] | None}, key=("key",))
    for text in (b'{"key":1,"c":' + value + b"}", b'{"d":' + value + b',"c":' + value + b',"key":1}'):
        found = FewReader(table).read([text])
        assert found is None or found.equals(record_batch(table, [Definition(table).read(members_of(text))]))


@pytest.mark.parametrize("name", sorted(SINGLE | LISTS))
@pytest.mark.parametrize("value", STRANGE, ids=lambda value: value[:20].decode("latin-1"))
def test_a_strange_value_is_read_alike_both_ways(name: str, value: bytes) -> None:
    table = declared({"key": int, "c": (SINGLE | LISTS)[name], "d": (SINGLE | LISTS)[name] | None}, key=("key",))
    values = [b'{"key":1,"c":' + value + b',"d":null}', b'{"key":1,"c":' + value + b',"d":' + value + b"}"]
    fast, alone = decoded(table, values), decoded(table, values, ALONE)
    assert fast.rows.equals(alone.rows)
    assert fast[1].tolist() == alone[1].tolist()
    assert fast.undecodable == alone.undecodable


ALL_TYPES = declared(
    {
        "id": Id,
        "count": int | None,
        "price": Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)] | None,
        "name": str,
        "code": Annotated[str, Field(pattern="^[A-Z]+$")] | None,
        "paid": bool | None,
        "day": date | None,
        "at": datetime | None,
        "ids": Annotated[list[Id], Separated(";")] | None,
        "tags": Annotated[list[str], Separated(";")] | None,
    },
    key=("id",),
)
FULL = (
    '{"id":7,"count":-5,"price":12.50,"name":"Zoë","code":"AB","paid":true,"day":"2024-12-31",'
    '"at":"2024-01-01T10:00:00.5+00:00","ids":[1,2],"tags":["a","b"]}'
)
NULLS = (
    '{"id":7,"count":null,"price":null,"name":"Zoë","code":null,"paid":null,"day":null,"at":null,'
    '"ids":null,"tags":null}'
)


@pytest.fixture
def by_columns_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read value by value."""

    def fail(_: Definition, members: object) -> None:
        raise AssertionError(members)

    monkeypatch.setattr(Definition, "read", fail)


@pytest.mark.usefixtures("by_columns_only")
@pytest.mark.parametrize(
    "value",
    [
        FULL,
        NULLS,
        FULL.replace("+00:00", "Z"),
        FULL.replace('"code":"AB"', '"code":""'),
        FULL.replace("[1,2]", "[]").replace('["a","b"]', "[]"),
        FULL.replace(",", ", ").replace(":", ": ").replace(": 0", ":0").replace('a", "b', 'a","b'),
        json.dumps(dict(reversed(json.loads(NULLS).items()))),
        '{"name":"x","id":8999999999999999999}',
        FULL.replace("Zoë", r"\"Zo\u00eb\" \\ \n \ud83d\ude00"),
    ],
)
def test_what_other_writers_send_is_read_by_columns_too(value: str) -> None:
    found = Decoder(ALL_TYPES, 1).decode(pa.array([value.encode()] * 2, pa.binary()))
    assert found.rows.num_rows == 2
    assert found.rows.column("name")[0].as_py() == json.loads(value)["name"]


def test_values_that_stand_apart_in_a_block_are_read() -> None:
    values, block, starts, ends = [FULL.encode(), b"{}", NULLS.encode()], b"\xff", [], []
    for value in values:
        starts.append(len(block))
        ends.append(len(block) + len(value))
        block += value + b'"\\{'
    for few in (0, ALONE):
        found = Decoder(ALL_TYPES, few).decode_at(block, np.array(starts), np.array(ends))
        assert found.indices.tolist() == [0, 2]
        assert found.rows.column("count").to_pylist() == [-5, None]
        assert [bad.index for bad in found.undecodable] == [1]


@pytest.mark.parametrize("few", [0, ALONE])
@pytest.mark.parametrize(
    ("value", "field", "reason"),
    [
        (FULL.replace("12.50", "12.505"), "price", "no more than 2 decimal places"),
        (FULL.replace("12.50", '"12.50"'), "price", "is not a number"),
        (FULL.replace("12.50", "-1"), "price", "greater than or equal to 0"),
        (FULL.replace('"AB"', '"ab"'), "code", "should match pattern"),
        (FULL.replace("Zoë", ""), "name", "is empty; expected a text"),
        (FULL.replace("Zoë", r"a\u0000b"), "name", "NUL"),
        (FULL.replace("2024-12-31", "2024-02-30"), "day", "YYYY-MM-DD"),
        (FULL.replace("+00:00", ""), "at", "RFC 3339"),
        (FULL.replace("[1,2]", "[1,0]"), "ids", "greater than or equal to 1"),
        (FULL.replace("-5", "9223372036854775808"), "count", "64 bits"),
        (FULL.replace('"id":7,', ""), "id", "required"),
        (FULL.replace('"id":7', '"id":null'), "id", "valid integer"),
        ("[]", None, "is not a JSON object"),
        ("", None, "is not JSON"),
    ],
)
def test_the_field_at_fault_is_named_with_its_reason(few: int, value: str, field: str | None, reason: str) -> None:
    [bad] = Decoder(ALL_TYPES, few).decode(pa.array([value.encode()], pa.binary())).undecodable
    assert bad.field == field
    assert reason in bad.reason


def test_decimals_do_not_go_through_a_double() -> None:
    table = declared({"id": Id, "c": SINGLE["precise"]}, key=("id",))
    text = "1234567890123456789012345678.0123456789"
    for few in (0, ALONE):
        found = Decoder(table, few).decode(pa.array([f'{{"id":1,"c":{text}}}'.encode()], pa.binary()))
        assert found.rows.column("c").to_pylist() == [Decimal(text)]


@pytest.mark.parametrize(
    ("starts", "ends"), [([-1], [2]), ([0], [3]), ([1], [0]), ([0, 0], [2, 2]), ([2**31], [2**31])]
)
def test_places_that_are_not_of_the_block_are_refused(starts: list[int], ends: list[int]) -> None:
    with pytest.raises(ValueError, match="block of 2 bytes"):
        Decoder(ALL_TYPES).decode_at(b"{}", np.array(starts), np.array(ends))


@pytest.mark.parametrize("hidden", [b'"\xff"', b'"\xed\xa0\x80"', b"1" * 5000])
def test_a_member_that_is_overwritten_must_be_json_too(hidden: bytes) -> None:
    value = b'{"id":1,"name":' + hidden + b"," + NULLS.encode().removeprefix(b'{"id":7,')
    for few in (0, ALONE):
        [bad] = Decoder(ALL_TYPES, few).decode(pa.array([value], pa.binary())).undecodable
        assert "is not JSON" in bad.reason


def test_of_members_of_one_name_the_last_counts() -> None:
    for few in (0, ALONE):
        value = NULLS.replace('{"id":7', '{"id":6,"id":7').encode()
        assert Decoder(ALL_TYPES, few).decode(pa.array([value], pa.binary())).rows.column("id").to_pylist() == [7]


@pytest.mark.parametrize("zero", ["0", "-0", "0.0", "0e5"])
def test_a_zero_fits_where_all_digits_stand_after_the_point(zero: str) -> None:
    table = declared({"share": Annotated[Decimal, Field(max_digits=2, decimal_places=2)]}, key=("share",))
    for few in (0, ALONE):
        found = Decoder(table, few).decode(pa.array([f'{{"share":{zero}}}'.encode()]))
        assert found.rows.to_pylist() == [{"share": Decimal("0.00")}]
