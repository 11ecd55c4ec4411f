from __future__ import annotations

from typing import Any

import faust
import pytest
from faust.types import TP

from models.declare import Count, Id
from models.errors import StalePositionError
from models.states.feature_states import FeatureStates
from streams.table.faust_table import StateTable, declare
from streams.table.state_tables import StateTables
from tests.declared_features import declared_features
from tests.declared_tables import declared


def tables_of(*names: str) -> dict[str, tuple[Any, StateTable]]:
    """Faust's table and ours, of the counts of the rows of each name."""
    app = faust.App("tables", store="memory://")
    found = {}
    for name in names:
        rows = declared({"id": Id, "group": Id}, key=("id",), group="group", table=name)
        features = declared_features(rows, {"rows": Count()}, name=f"{name}_features")
        of_faust = declare(app, features.name, 1)
        found[features.name] = of_faust, StateTable(of_faust, FeatureStates(features))
    return found


def test_each_table_follows_the_topic_of_its_rows() -> None:
    tables = tables_of("orders", "visits")
    each = StateTables({name: table for name, (_, table) in tables.items()})
    assert each["visits_features"] is tables["visits_features"][1]
    assert each.changelogs == {
        "tables-orders_features-changelog": "orders",
        "tables-visits_features-changelog": "visits",
    }
    each.set_partitions({"orders": 3, "visits": 5, "customers": 7})
    assert [of_faust.partitions for of_faust, _ in tables.values()] == [3, 5]
    each.check_covers({TP("orders", 2), TP("visits", 4), TP("customers", 6)})
    with pytest.raises(StalePositionError, match="orders had 3"):
        each.check_covers({TP("orders", 3)})
