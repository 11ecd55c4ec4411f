from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from sqlalchemy import Connection

from embedded.cluster import Cluster
from models.clients.engine import open_engine
from models.declaration.identifiers import POSTGRES_TYPES, fault_of_table
from models.declaration.loading import load_model
from models.declaration.model import FeatureTable, Model
from models.declare import Count, Max, Mean, MostCommon
from models.settings.environment import Settings
from models.sql.names import publication_names
from models.sql.tables import create_missing, create_statements, model_tables
from streams.postgres import migration
from tests.databases import empty_database as database_without_tables
from tests.declared_features import declared_features, feature_tables
from tests.declared_tables import declared
from tests.integration.models.sql.model_database import ONE_CONNECTION, model_of, opened

MODELS = ["models.lab", "examples/shop.py", "examples/sensors.py"]

# What compare_metadata looks at, and what it does not.
CATALOG = """
SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull, collname, reloptions,
       pg_get_expr(adbin, adrelid), CASE relkind WHEN 'i' THEN pg_get_indexdef(c.oid) END
  FROM pg_class AS c
  JOIN pg_attribute AS a ON attrelid = c.oid AND attnum > 0
  LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum
  LEFT JOIN pg_collation AS l ON l.oid = attcollation
 WHERE relnamespace = 'public'::regnamespace AND relname ~ '^(users|compounds|experiments|user_features)'
 ORDER BY relname, attnum
"""


async def differences(settings: Settings, model: Model) -> list[object]:
    def found(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), model_tables(model)))

    engine = open_engine(settings)
    async with engine.connect() as connection:
        compared = await connection.run_sync(found)
    await engine.dispose()
    return [each for each in compared if not (isinstance(each, tuple) and str(each[0]).startswith("remove_"))]


async def catalog(settings: Settings) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(settings.database_url)
    try:
        return await connection.fetch(CATALOG)
    finally:
        await connection.close()


async def test_the_tables_of_the_lab_are_those_that_migrations_made(empty_database: Settings, cluster: Cluster) -> None:
    model = load_model("models.lab")
    await migration.migrate(empty_database)
    assert await differences(empty_database, model) == []
    migrated = await catalog(empty_database)
    async with database_without_tables(cluster.environment["DATABASE_URL"]) as address:
        declared_only = Settings(database_url=address)
        async with opened(declared_only, model):
            assert await catalog(declared_only) == migrated


@pytest.mark.parametrize("name", MODELS)
async def test_statements_make_the_tables_that_the_model_has(empty_database: Settings, name: str) -> None:
    model = load_model(name)
    connection = await asyncpg.connect(empty_database.database_url)
    for statement in create_statements(model):
        await connection.execute(statement)
    await connection.close()
    assert await differences(empty_database, model) == []


async def test_missing_tables_are_made_beside_those_that_are_there(empty_database: Settings) -> None:
    model = load_model("examples/shop.py")
    async with opened(empty_database, model) as connection:
        await connection.execute("INSERT INTO customers VALUES ('a@b', 'A', NULL, now(), now(), gen_random_uuid(), 1)")
        await connection.execute("DROP TABLE products")
        engine = open_engine(empty_database)
        async with engine.begin() as other:
            await other.run_sync(create_missing, model)
        await engine.dispose()
        assert await connection.fetchval("SELECT count(*) FROM products, customers") == 0
        assert await connection.fetchval("SELECT count(*) FROM customers") == 1


def test_a_publication_leaves_declared_columns_their_names() -> None:
    table = declared({"line": int, "line_": int, "load_id": str}, key=("line",))
    assert publication_names(table) == ("published_at", "load_id_", "line__")


LONG = "ü" * 31


@pytest.mark.parametrize(
    ("tables", "group"),
    [
        (("a", "a_b"), "b"),
        (("a", "a_a"), "a_a"),
        (("t" * 60, "a"), LONG),
        (("select", "user"), 'a "%s" \\ b'),
        (("A", "a"), "A b"),
    ],
)
async def test_names_that_collide_or_are_long_or_strange_make_tables(
    empty_database: Settings, tables: tuple[str, str], group: str
) -> None:
    rows = [declared({"k": int, group: str}, key=("k",), group=group, table=table) for table in tables]
    model = model_of(rows, [declared_features(rows[0], {"x y": Count(), "to": Max("k")}, name=LONG + "f")])
    async with opened(empty_database, model):
        assert await differences(empty_database, model) == []


async def test_texts_of_keys_and_groups_are_in_the_order_of_code_points(empty_database: Settings) -> None:
    model = load_model("examples/shop.py")
    async with opened(empty_database, model) as connection:
        found = await connection.fetch(
            "SELECT attname, relname FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid "
            "WHERE relname IN ('order_lines', 'customer_months') AND attcollation = '\"C\"'::regcollation"
        )
        assert {tuple(row) for row in found} == {
            ("order_no", "order_lines"),
            ("customer_email", "order_lines"),
            ("customer_email", "customer_months"),
        }


@ONE_CONNECTION
@given(features=feature_tables())
async def test_any_declaration_makes_tables(empty_database: Settings, features: FeatureTable) -> None:
    connection = await asyncpg.connect(empty_database.database_url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        for statement in create_statements(model_of([features.rows], [features])):
            await connection.execute(statement)
    finally:
        await transaction.rollback()
        await connection.close()


def test_a_mean_of_what_each_row_has_is_never_null() -> None:
    table = declared({"k": int, "must": int, "may": int | None, "g": int}, key=("k",), group="g")
    found = {"a": Mean("must"), "b": Mean("may"), "c": Mean("must", where="k > 1"), "d": MostCommon("k")}
    columns = model_tables(model_of([table], [declared_features(table, found)])).tables["thing_features"].columns
    assert [columns[name].nullable for name in "abcd"] == [False, True, True, True]


async def test_no_table_may_have_the_name_of_a_type_of_postgres(empty_database: Settings) -> None:
    connection = await asyncpg.connect(empty_database.database_url)
    found = await connection.fetch(
        "SELECT typname FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typname !~ '^(_|pg_)'"
    )
    await connection.close()
    assert {row["typname"] for row in found} == POSTGRES_TYPES
    assert all(fault_of_table(name, is_topic=True) for name in ("date", "_things", "line"))


PARTS = """
SELECT c.relname::text, c.reloptions FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid
 WHERE inhparent = 'experiments'::regclass ORDER BY c.relname
"""


@pytest.fixture
def divided_lab(tmp_path: Path) -> str:
    """The path of the sample model with its rows in two parts."""
    declared_so = Path("models/lab.py").read_text().replace('table="experiments"', 'table="experiments", partitions=2')
    (tmp_path / "divided.py").write_text(declared_so)
    return str(tmp_path / "divided.py")


async def test_an_empty_table_of_the_migrations_is_divided_as_the_model_declares(
    empty_database: Settings, divided_lab: str
) -> None:
    settings = Settings(database_url=empty_database.database_url, model=divided_lab)
    await migration.migrate(settings)
    connection = await asyncpg.connect(settings.database_url)
    try:
        found = [tuple(row) for row in await connection.fetch(PARTS)]
    finally:
        await connection.close()
    assert found == [(f"experiments_part{number}", ["fillfactor=50"]) for number in range(2)]


@pytest.mark.parametrize("name", ["t" * 60, "A", "select"])
async def test_parts_of_tables_of_any_name_are_made(empty_database: Settings, name: str) -> None:
    rows = declared({"k": int, 'a "%s" \\ b': int}, key=('a "%s" \\ b', "k"), table=name, partitions=3)
    beside = declared({"k": int}, key=("k",), table=f"{name[:50]}_part1")
    async with opened(empty_database, model_of([beside, rows], [])) as connection:
        found = await connection.fetch(
            "SELECT FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid AND relkind = 'r'"
        )
        assert len(found) == 3
