from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import asyncpg
import pytest

from models.declaration.model import FeatureTable
from models.declare import Count, Max, Mean, MostCommon
from models.settings.environment import Settings
from models.sql import features, groups, rows
from models.sql.by_index import BY_INDEX
from tests.declared_features import declared_features
from tests.declared_tables import declared
from tests.integration.models.sql.model_database import model_of, opened

AGGREGATES = {"rows": Count(), "mean": Mean("price"), "top": MostCommon("price"), "most": Max("price")}


def declaration(partitions: int | None) -> FeatureTable:
    columns = {"key": int, "owner": str, "at": int, "price": int}
    table = declared(columns, key=("key",), group="owner", partitions=partitions)
    return declared_features(table, AGGREGATES, by=("owner", "at"), name="of_owner")


def statements(found: FeatureTable) -> Iterator[str]:
    """Each statement of a transaction that finds rows which an array names."""
    yield features.write(found)
    yield features.rewrite(found)
    yield features.lock_in_order(found)
    yield features.lock_or_create(found)
    yield features.delete_groups(found)
    yield groups.rows_of_groups(found)
    yield groups.rows_of_extremes(found, "most")
    yield rows.upsert(found.rows)
    yield rows.delete(found.rows)
    yield rows.some_deleted(found.rows)


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


async def look_ups(connection: asyncpg.Connection, statement: str) -> list[tuple[str, str | None]]:
    """The tables that a plan of the statement reads, and by what; None: whole."""
    await connection.execute(f"PREPARE planned AS {statement}")
    binds = ", ".join(["NULL"] * len({f"${number}" for number in range(1, 9) if f"${number}" in statement}))
    said = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE planned ({binds})")
    await connection.execute("DEALLOCATE planned")
    return [
        (node["Relation Name"], node.get("Index Cond") or node.get("Recheck Cond"))
        for node in nodes(json.loads(said)[0]["Plan"])
        if "Relation Name" in node and node["Node Type"] != "ModifyTable"
    ]


@pytest.mark.parametrize("before", ["SELECT 1", "VACUUM ANALYZE"])
@pytest.mark.parametrize("partitions", [None, 3])
async def test_a_plan_that_is_made_while_tables_are_empty_looks_rows_up(
    empty_database: Settings, partitions: int | None, before: str
) -> None:
    found = declaration(partitions)
    async with opened(empty_database, model_of([found.rows], [found])) as connection:
        for name, value in {**BY_INDEX, "plan_cache_mode": "force_generic_plan"}.items():
            await connection.execute(f"SET {name} = {value}")
        # Of a table that was vacuumed while it was empty, Postgres thinks that it has one row.
        await connection.execute(before)
        seen = {each: await look_ups(connection, each) for each in statements(found)}
    assert not [(table, each) for each, tables in seen.items() for table, by in tables if by is None]
    assert {"of_owner", "deletions"} <= {table for tables in seen.values() for table, _ in tables}
