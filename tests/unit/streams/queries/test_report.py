from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from models.declaration.loading import load_model
from streams.queries.report import cell_text
from streams.queries.report_statements import label_of, read_groups


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (7, "7"),
        (Decimal("13.50049"), "13.5"),
        (Decimal(100), "100"),
        (Decimal("-0.25"), "-0.25"),
        (Decimal("54.30"), "54.30"),
        (Decimal("45.00"), "45.00"),
        (Decimal("10.500"), "10.5"),
        (True, "true"),
        (date(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1, 7, 30, tzinfo=UTC), "2024-05-01 07:30:00"),
        (["TEA-001", "CUP-003"], "TEA-001, CUP-003"),
        ("Zoë", "Zoë"),
    ],
)
def test_values_are_written_for_people(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_labels_of_long_columns_have_names_that_postgres_keeps_apart() -> None:
    names = ["é" * 31 + "a", "é" * 31 + "b"]
    found = [label_of(name) for name in names]
    assert len(set(found)) == len(names)
    assert all(len(name.encode()) <= 63 for name in found)


def test_groups_of_several_columns_are_sorted_by_all_of_them() -> None:
    model = load_model("examples/shop.py")
    statement = read_groups(model, model.features[1], "revenue", "down")
    assert 'ORDER BY "revenue" DESC NULLS LAST, "customer_email", "ordered_at_month" LIMIT $3 OFFSET $4' in statement
