from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declaration.model import RowTable
from models.declare import Id
from models.publication import Source
from models.types.plain_values import plain_values
from streams.columns.constant_column import compact
from streams.rows.published_rows import PublishedRows
from tests.declared_tables import declared, record_batch
from tests.unit.streams.rows.publications import Published, key_of, tables_with_published_rows

Drawn = tuple[RowTable, list[Published]]


def columns_of(table: RowTable, rows: Sequence[Published]) -> PublishedRows:
    return PublishedRows(
        record_batch(table, [each.row for each in rows]),
        compact([each.source for each in rows]),
        [each.line for each in rows],
        [each.line % 3 for each in rows],
    )


def listed(rows: PublishedRows) -> list[Published]:
    return list(map(Published, rows.rows.to_pylist(), rows.sources, rows.lines))


def newest_of(table: RowTable, rows: Sequence[Published]) -> list[Published]:
    """By definition: the last of the newest publications of each key, by ascending key."""
    found: dict[object, Published] = {}
    for each in rows:
        key = key_of(table, each.row)
        if key not in found or each.publication >= found[key].publication:
            found[key] = each
    return [found[key] for key in sorted(found)]  # type: ignore[type-var]  # keys of one table can be compared


@given(tables_with_published_rows(), st.sampled_from([0, 64]))
def test_the_newest_publication_of_each_key_is_kept_by_ascending_key(drawn: Drawn, few: int) -> None:
    table, rows = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streams.rows.published_rows.FEW", few)
        assert listed(columns_of(table, rows).newest(table.key)) == newest_of(table, rows)


def test_texts_are_ordered_by_code_point() -> None:
    table = declared({"mail": str, "id": Id}, key=("mail", "id"))
    keys = [("é", 1), ("b", 9), ("b", 10), ("B", 1), ("\U0001f600", 1), ("\uffff", 1), ("a b", 1), ("a", 1)]
    rows = [Published({"mail": mail, "id": number}, Source(1, UUID(int=1)), 1) for mail, number in keys]
    newest = columns_of(table, rows).newest(table.key)
    assert [key_of(table, each.row) for each in listed(newest)] == sorted(keys)


def test_rows_that_are_in_order_already_are_the_same_rows() -> None:
    table = declared({"a": Id, "b": Id}, key=("b", "a"))
    rows = [Published({"a": a, "b": b}, Source(1, UUID(int=1)), 1) for b, a in [(1, 5), (1, 7), (2, 1)]]
    columns = columns_of(table, rows)
    assert columns.newest(table.key) is columns


@pytest.mark.parametrize("places", [[2, 0], []])
def test_some_rows_keep_their_publications(places: list[int]) -> None:
    table = declared({"id": Id}, key=("id",))
    rows = [Published({"id": number}, Source(number, UUID(int=number)), number * 10) for number in (1, 2, 3)]
    assert listed(columns_of(table, rows).at(np.array(places, np.intp))) == [rows[place] for place in places]


@given(tables_with_published_rows())
def test_for_postgres_each_row_has_the_columns_of_its_publication(drawn: Drawn) -> None:
    table, rows = drawn
    found = columns_of(table, rows).for_postgres(table)
    assert found.schema.names[len(table.columns) :] == ["published_at", "load_id", "line"]
    expected = [
        (datetime.fromtimestamp(source.published_ms / 1000, UTC), source.load_id.bytes, line)
        for _, source, line in rows
    ]
    assert list(zip(*(column.to_pylist() for column in found.columns[-3:]), strict=True)) == expected
    if rows:
        few = columns_of(table, rows).few_for_postgres(table)
        assert {name: few.types[name] for name in few.values} == dict(
            zip(found.schema.names, found.schema.types, strict=True)
        )
        assert list(map(list, few.values.values())) == list(map(plain_values, found.columns))
