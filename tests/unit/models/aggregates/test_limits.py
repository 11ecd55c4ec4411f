from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Annotated, Any

import pytest
from pydantic import Field

from models.aggregates.aggregate import Aggregate
from models.declare import Id, Mean, StdDev, Sum
from models.expressions.value_types import ExpressionError
from models.states.feature_states import FeatureStates
from tests.declared_features import declared_features
from tests.declared_tables import declared, record_batch

COLUMNS: dict[str, Any] = {
    "number": Id,
    "whole": int,
    "small": Annotated[Decimal, Field(max_digits=25, decimal_places=5)],
    "longer": Annotated[Decimal, Field(max_digits=26, decimal_places=5)],
    "precise": Annotated[Decimal, Field(max_digits=38, decimal_places=10)],
}
TABLE = declared(COLUMNS, key=("number",), group="number")


@pytest.mark.parametrize("aggregate", [Sum("precise * longer"), Mean("precise * longer"), StdDev("longer")])
def test_totals_that_no_decimal_holds_are_refused_by_their_digits(aggregate: Aggregate) -> None:
    with pytest.raises(ExpressionError, match=r"7\d digits|have 7\d, and at most 75 are held exactly: declare smaller"):
        aggregate.outputs("a", TABLE.types)


@pytest.mark.parametrize("aggregate", [Sum("precise * small"), Mean("precise"), StdDev("small")])
def test_totals_up_to_that_are_taken(aggregate: Aggregate) -> None:
    assert aggregate.outputs("a", TABLE.types)


@pytest.mark.parametrize(("column", "most"), [("whole", 2**63 - 1), ("precise", Decimal("9" * 28 + "." + "9" * 10))])
def test_a_sum_beyond_64_or_128_bits_is_exact(column: str, most: int | Decimal) -> None:
    table = declared(COLUMNS | {"kind": str}, key=("number",), group="kind")
    states = FeatureStates(declared_features(table, {"total": Sum(column)}))
    row = {"kind": "a", "whole": 0, "small": Decimal(0), "longer": Decimal(0), "precise": Decimal(0), column: most}
    rows = record_batch(table, [row | {"number": number} for number in range(1, 21)])
    before = states.unknown(states.delta(rows, rows.slice(0, 0)))
    for added, retracted, left in [
        (rows, rows.slice(0, 0), 20),
        (rows, rows.slice(0, 0), 40),
        (rows.slice(0, 0), rows, 20),
    ]:
        before = states.merged(before, states.delta(added, retracted), 1).states
        with localcontext(prec=100):
            assert states.outputs(before)["total"].to_pylist() == [most * left]
