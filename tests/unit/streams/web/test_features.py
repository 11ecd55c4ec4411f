from __future__ import annotations

import pytest

from models.declaration.loading import load_model
from streams.web.features import MOST_KEYS, _keys_of, _names
from streams.web.parameters import QueryError

[CUSTOMERS, MONTHS] = load_model("examples/shop.py").features


@pytest.mark.parametrize("header", ['"a-1"', '"b", "a-1"', 'W/"a-1"', "*", ' "a-1" '])
def test_an_entity_tag_that_was_seen_is_named_by_the_header(header: str) -> None:
    assert _names(header, '"a-1"')


@pytest.mark.parametrize("header", ["", '"a-2"', "a-1", '"a-1', '"x*"'])
def test_another_entity_tag_is_not(header: str) -> None:
    assert not _names(header, '"a-1"')


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "send JSON"),
        (b"[]", "send JSON"),
        (b'{"keys":"a"}', "send JSON"),
        (b'{"keys":["a"],"more":[]}', "send JSON"),
        (b"\xff", "send JSON"),
        (b"[" * 100_000, "send JSON"),
        (b'{"keys":[]}', "keys: there are 0"),
        (b'{"keys":[' + b",".join([b'"a"'] * (MOST_KEYS + 1)) + b"]}", "keys: there are 1,001; ask for 1 to 1,000"),
        (b'{"keys":["a",7]}', r"keys\[1\]: customer_email is not a text"),
        (b'{"keys":[["a"]]}', r"keys\[0\]: customer_email is not a text"),
    ],
)
def test_what_holds_no_keys_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        _keys_of(CUSTOMERS, body)


@pytest.mark.parametrize("key", [b'"a"', b'["a"]', b'["a","2024-01-01",1]', b'["a",7]', b'["a","2024-13-01"]', b"{}"])
def test_a_key_of_two_columns_is_an_array_of_both(key: bytes) -> None:
    with pytest.raises(QueryError):
        _keys_of(MONTHS, b'{"keys":[' + key + b"]}")
