from __future__ import annotations

import pytest
from multidict import MultiDict
from pydantic import BaseModel

from models.declaration.loading import load_model
from models.rows import MAX_ID
from streams.queries.page import GroupQuery, RejectQuery
from streams.web.parameters import ExportAsked, GroupsAsked, LoadsAsked, QueryError, ReadingAsked, RejectsAsked

LAB, SHOP = load_model("models.lab"), load_model("examples/shop.py")


def test_without_parameters_the_first_groups_and_the_open_rejects_are_meant() -> None:
    assert GroupsAsked.of(MultiDict()).query(LAB) == GroupQuery("user_features", None, None, "user_id", "up", 20, 0)
    assert RejectsAsked.of(MultiDict()).query() == RejectQuery("open", None, 20)
    assert RejectsAsked.of(MultiDict({"state": "all", "before": "7"})).query() == RejectQuery(None, 7, 20)


@pytest.mark.parametrize(
    ("search", "number", "part"),
    [
        ("", None, None),
        ("  ", None, None),
        ("7", 7, None),
        (" 007 ", 7, None),
        ("-7", -7, None),
        (str(MAX_ID), MAX_ID, None),
        (str(MAX_ID + 1), None, str(MAX_ID + 1)),
        ("0" * 30 + "1", None, "0" * 30 + "1"),
        ("٣", None, "٣"),
        ("Ada 7", None, "Ada 7"),
        ("%'; DROP TABLE users; --", None, "%'; DROP TABLE users; --"),
    ],
)
def test_a_number_is_a_key_of_such_and_other_text_is_part_of_a_label(
    search: str, number: int | None, part: str | None
) -> None:
    found = GroupsAsked.of(MultiDict({"search": search})).query(LAB)
    assert (found.number, found.part) == (number, part)


def test_a_key_that_is_a_text_is_searched_as_one() -> None:
    found = GroupsAsked.of(MultiDict({"search": "7", "table": "customer_months", "sort": "revenue"})).query(SHOP)
    assert found == GroupQuery("customer_months", None, "7", "revenue", "up", 20, 0)


@pytest.mark.parametrize(
    ("name", "value"), [("table", "users"), ("sort", "user_id; DROP TABLE users"), ("sort", "version")]
)
def test_a_table_or_column_that_is_not_declared_is_refused(name: str, value: str) -> None:
    with pytest.raises(QueryError, match=f"^{name}=.*give one of"):
        GroupsAsked.of(MultiDict({name: value})).query(LAB)


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (GroupsAsked, "direction", "sideways"),
        (GroupsAsked, "limit", "0"),
        (GroupsAsked, "limit", "101"),
        (GroupsAsked, "offset", "-1"),
        (GroupsAsked, "offset", "10001"),
        (GroupsAsked, "search", "a\0b"),
        (GroupsAsked, "search", "a" * 201),
        (GroupsAsked, "unknown", "1"),
        (RejectsAsked, "before", str(MAX_ID + 1)),
        (RejectsAsked, "state", "none"),
        (ExportAsked, "state", "none"),
    ],
)
def test_what_cannot_be_used_is_named(
    kind: type[GroupsAsked | RejectsAsked | ExportAsked], name: str, value: str
) -> None:
    with pytest.raises(QueryError, match=f"^{name}="):
        kind.of(MultiDict({name: value}))


@pytest.mark.parametrize("kind", [LoadsAsked, GroupsAsked, RejectsAsked, ExportAsked])
def test_every_parameter_may_be_left_out(kind: type[BaseModel]) -> None:
    assert "required" not in kind.model_json_schema()


@pytest.mark.parametrize(
    ("query", "limit", "state"),
    [
        ({}, 20, None),
        ({"limit": "1"}, 1, None),
        ({"limit": "0007", "state": "failed"}, 7, "failed"),
        ({"limit": "1000", "unknown": "1"}, 1000, None),
    ],
)
def test_loads_are_listed_by_number_and_state(query: dict[str, str], limit: int, state: str | None) -> None:
    found = LoadsAsked.of(MultiDict(query))
    assert (found.limit, found.state) == (limit, state)


@pytest.mark.parametrize(
    "limit", ["", "0", "0000", "1001", "00001", "00000000199999", "-1", "+1", " 1", "1.0", "1_0", "x"]
)
def test_another_number_of_loads_is_refused(limit: str) -> None:
    with pytest.raises(QueryError) as refused:
        LoadsAsked.of(MultiDict(limit=limit, state="none"))
    assert str(refused.value) == f"limit={limit}: give a number from 1 to 1000"


@pytest.mark.parametrize("state", ["", "none", "FAILED"])
def test_another_state_of_loads_is_refused(state: str) -> None:
    with pytest.raises(QueryError) as refused:
        LoadsAsked.of(MultiDict(state=state))
    assert str(refused.value) == f"state={state}: give one of publishing, published, applied, failed"


def test_how_files_are_to_be_read_is_taken_from_the_query_some_of_it_several_times() -> None:
    query = MultiDict([("null", "NA"), ("null", "."), ("skip_lines", "2"), ("quote", "'")])
    found = ReadingAsked.of(query).model_dump(exclude_defaults=True)
    assert found == {"null": ["NA", "."], "skip_lines": 2, "quote": "'"}


@pytest.mark.parametrize("query", [{"skip_lines": "-1"}, {"skip_lines": "two"}, {"limit": "1"}])
def test_another_way_to_read_files_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(QueryError, match=next(iter(query))):
        ReadingAsked.of(MultiDict(query))
