from __future__ import annotations

import pytest

from streams.queries.feature_statements import KeyedTable, read_by_keys
from streams.reader import FeatureReader, KeyShapeError
from tests.unit.cli.test_imports import imported_by

MONTHS = KeyedTable("months", {"email": "text", "month": "date"}, ("revenue",))


def test_a_program_that_reads_features_imports_neither_arrow_nor_kafka_nor_what_makes_sql() -> None:
    heavy = {"aiohttp", "aiokafka", "faust", "mode", "numpy", "pandas", "pyarrow", "pydantic", "sqlalchemy", "typer"}
    found = imported_by("streams.reader")

    assert "streams.reader" in found
    assert not found & heavy


def test_groups_are_looked_up_by_all_columns_of_their_keys_in_the_order_of_the_keys() -> None:
    statement = read_by_keys(MONTHS, "f.revenue", "true")
    assert 'unnest($1::text[], $2::date[]) WITH ORDINALITY AS k ("email", "month", "_place")' in statement
    assert 'f."email" = k."email" AND f."month" = k."month"' in statement
    assert statement.rstrip().endswith('ORDER BY k."_place"')


@pytest.mark.parametrize("key", [("a",), ("a", "b", "c"), (), ("a", None)])
async def test_a_key_has_a_value_for_each_column(key: tuple[object, ...]) -> None:
    reader = FeatureReader("postgresql://127.0.0.1:9/nowhere")
    reader._described = {"months": MONTHS}  # noqa: SLF001  # what Postgres would say
    with pytest.raises(KeyShapeError, match="give a value for each of email, month"):
        await reader.get("months", *key)
