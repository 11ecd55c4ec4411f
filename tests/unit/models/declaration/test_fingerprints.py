from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import Field

from models.declaration.fingerprints import fingerprint
from models.declare import Count, Id, Last, Max, Mean, Min, Sum
from tests.declared_features import declared_features
from tests.declared_tables import declared

PRICE = Annotated[Decimal, Field(max_digits=12, decimal_places=2)]
COLUMNS: dict[str, Any] = {"number": Id, "name": str, "price": PRICE, "tip": PRICE | None}
TABLE = declared(COLUMNS, key=("number",), group="name")


def of(table: Any = TABLE, **aggregates: Any) -> bytes:  # noqa: ANN401  # for brevity
    return fingerprint(declared_features(table, aggregates))


def test_a_fingerprint_is_the_same_in_each_process() -> None:
    assert of(rows=Count(), total=Sum("price")).hex() == "3a173352fc581fb4"


def test_names_and_what_the_same_states_give_do_not_change_it() -> None:
    assert of(total=Sum("price")) == of(sum=Sum("price"), rows=Count(), mean=Mean("price"))


@pytest.mark.parametrize(
    "other",
    [
        {"a": Sum("tip")},
        {"a": Sum("price"), "b": Sum("tip")},
        {"a": Sum("price", where="tip > 0")},
        {"a": Sum("price + price")},
        {"a": Min("price")},
        {"a": Max("price")},
        {"a": Last("price", by="tip")},
    ],
)
def test_other_states_change_it(other: dict[str, Any]) -> None:
    assert of(**other) != of(a=Sum("price"))


def test_another_type_key_or_group_changes_it() -> None:
    aggregates = {"a": Last("price", by="tip"), "b": Sum("price")}
    changed = [
        declared(COLUMNS | {"price": Annotated[Decimal, Field(max_digits=14, decimal_places=2)]}, ("number",), "name"),
        declared(COLUMNS | {"price": PRICE | None}, ("number",), "name"),
        declared(COLUMNS, ("number", "name"), "name"),
        declared(COLUMNS, ("number",), "number"),
    ]
    assert len({of(**aggregates), *(of(table, **aggregates) for table in changed)}) == 1 + len(changed)
