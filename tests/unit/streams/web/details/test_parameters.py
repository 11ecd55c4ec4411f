"""What may be asked of one group, one row, one column."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from multidict import MultiDict

from models.declaration.in_force import model_named
from streams.queries.details import DistributionQuery, HistoryQuery, RowsQuery
from streams.web.details.parameters import DistributionAsked, GroupRowsAsked, HistoryAsked
from streams.web.parameters import Parameters, QueryError

EXAMPLES = Path(__file__).parents[5] / "examples"
SHOP, SENSORS = (model_named(str(EXAMPLES / name)) for name in ("shop.py", "sensors.py"))


def asked(kind: type[Parameters], **query: str) -> Any:  # noqa: ANN401  # of that kind
    return kind.of(MultiDict(query))


def test_a_group_is_named_by_its_key_in_json() -> None:
    found = asked(GroupRowsAsked, table="customer_months", key='["ada@example.org","2024-05-01"]').query(SHOP)
    assert found == RowsQuery("customer_months", ("ada@example.org", date(2024, 5, 1)), 20, 0)
    found = asked(GroupRowsAsked, table="customer_features", key='"ada@example.org"').query(SHOP)
    assert found.group == ("ada@example.org",)


def test_a_row_is_named_by_its_key_in_json() -> None:
    found = asked(HistoryAsked, table="readings", key='["th-01","2024-03-02T18:18:00Z"]').query(SENSORS)
    assert found == HistoryQuery(
        "readings",
        ("th-01", datetime(2024, 3, 2, 18, 18, tzinfo=UTC)),
        '["th-01","2024-03-02T18:18:00Z"]',
    )


@pytest.mark.parametrize(
    ("table", "key", "reason"),
    [
        ("none", "1", "table=none: give one of customer_features, customer_months"),
        ("customer_features", "ada", "is not JSON.*give the JSON of customer_email"),
        ("customer_features", "1", "key=1: customer_email: .*string"),
        ("customer_features", '"\\u0000"', "NUL"),
        ("customer_features", "null", "key=null"),
        ("customer_months", '"ada"', "is not a JSON array of 2 values"),
        ("customer_months", '["ada","2024-02-30"]', "ordered_at_month: is not a date"),
        ("customer_months", '["ada",3]', "ordered_at_month: is not a date"),
        ("customer_features", "[" * 9000, "is not JSON"),
    ],
)
def test_a_key_that_cannot_be_one_is_refused_with_the_reason(table: str, key: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        asked(GroupRowsAsked, table=table, key=key).query(SHOP)


@pytest.mark.parametrize(
    ("table", "key", "reason"),
    [
        ("customer_features", "1", "give one of customers, products, order_lines"),
        ("order_lines", '["A",0]', "line: "),
        ("order_lines", '["A"]', "is not a JSON array of 2 values; give the JSON of order_no, line"),
    ],
)
def test_a_rows_key_too(table: str, key: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        asked(HistoryAsked, table=table, key=key).query(SHOP)


def test_what_is_missing_or_too_large_is_named() -> None:
    with pytest.raises(QueryError, match=r"^key is missing"):
        asked(GroupRowsAsked, table="customer_features")
    with pytest.raises(QueryError, match=r"^offset=20001: "):
        asked(GroupRowsAsked, table="customer_features", key="1", offset="20001")


def test_a_distribution_is_of_a_column_of_numbers() -> None:
    assert asked(DistributionAsked, table="customer_features").query(SHOP) == DistributionQuery(
        "customer_features", "order_lines"
    )
    assert asked(DistributionAsked, table="customer_features", column="spread").query(SHOP).column == "spread"
    with pytest.raises(QueryError, match="column=favourite: give one of order_lines, orders, revenue"):
        asked(DistributionAsked, table="customer_features", column="favourite").query(SHOP)
