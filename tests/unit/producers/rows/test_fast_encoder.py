import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declaration.model import RowTable
from producers.rows.fast_encoder import fast_encoder
from producers.rows.validation import encode_row
from tests.lab_kinds import COMPOUNDS, EXPERIMENTS, KINDS, USERS, mapping_of

NUMBER = st.one_of(
    st.integers(-1, 10**20).map(str),
    st.from_regex(r"[0-9]{1,20}(\.[0-9]{0,5})?", fullmatch=True),
    st.text(alphabet="0123456789.eE+-_ ;:٣\n", max_size=6),
)
LIST = st.one_of(
    st.lists(st.integers(0, 10**19), max_size=5).map(lambda ids: ";".join(map(str, ids))),
    st.text(alphabet="0123;: \n", max_size=8),
)
DAY = st.one_of(st.dates().map(str), st.text(alphabet="0129-W", max_size=10))
TEXT = st.text(st.characters(exclude_categories=()), max_size=6)
COLUMNS = {
    "users": st.tuples(NUMBER, TEXT, TEXT, DAY),
    "compounds": st.tuples(NUMBER, TEXT, TEXT),
    "experiments": st.tuples(NUMBER, NUMBER, LIST, NUMBER),
}


@given(data=st.data(), kind=st.sampled_from(KINDS), longer=st.integers(0, 1))
def test_what_is_recognised_is_valid_and_equal(data: st.DataObject, kind: RowTable, longer: int) -> None:
    fields = [*data.draw(COLUMNS[kind.name]), *[""] * longer]
    layout = mapping_of(kind)
    recognised = fast_encoder(layout)(fields)
    if recognised is not None:
        key, value = encode_row(layout, fields)
        assert (recognised[0], json.loads(recognised[1])) == (key, json.loads(value))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (EXPERIMENTS, ["1", "23", "1;2;100", "12.5"]),
        (EXPERIMENTS, ["999999999999999999", "1", "", "0"]),
        (EXPERIMENTS, ["1", "2", "2;2;3", "999999999999.999"]),
        (USERS, ["1", "Zoë", "", "2024-02-29"]),
        (USERS, ["1", 'A "quoted" name', "a@b.c", "2024-02-29"]),
        (COMPOUNDS, ["1", "Caffeine", "C8H10N4O2"]),
    ],
)
def test_ordinary_rows_are_recognised(kind: RowTable, fields: list[str]) -> None:
    assert fast_encoder(mapping_of(kind))(fields) is not None


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (EXPERIMENTS, ["1", "2", "1;;2", "1"]),
        (EXPERIMENTS, ["1", "2", ";".join(["1"] * 20_001), "1"]),
        (EXPERIMENTS, ["1", "2", "3", "1.2345"]),
        (EXPERIMENTS, ["1\n1", "2", "3", "4"]),
        (EXPERIMENTS, ["1", "2", "3"]),
        (USERS, ["1", "M\udcfcller", "", "2024-01-01"]),
        (USERS, ["1", " ", "", "2024-01-01"]),
        (USERS, ["1", "Ada", "\x00", "2024-01-01"]),
        (USERS, ["1", "Ada", "", "2023-02-29"]),
        (COMPOUNDS, ["1", "a", "b" * 600_000]),
    ],
)
def test_doubtful_rows_are_left_to_validation(kind: RowTable, fields: list[str]) -> None:
    assert fast_encoder(mapping_of(kind))(fields) is None
