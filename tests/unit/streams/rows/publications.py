"""Random rows of few keys, and when each was published."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from hypothesis import strategies as st

from models.declaration.model import RowTable
from models.publication import Source
from tests.declared_tables import column_values, record_batch, row_tables


class Published(NamedTuple):
    """A row and its publication, of which there are few, so that some are equally new."""

    row: dict[str, Any]
    source: Source
    line: int

    @property
    def publication(self) -> tuple[Source, int]:
        """What orders publications."""
        return self.source, self.line


SOURCES = st.builds(Source, st.integers(1, 2), st.integers(1, 2).map(lambda number: UUID(int=number)))


def key_of(table: RowTable, row: dict[str, Any]) -> tuple[Any, ...]:
    """The values of a row's key."""
    return tuple(row[name] for name in table.key)


@st.composite
def published_rows(draw: st.DrawFn, table: RowTable) -> list[Published]:
    """Rows of a table, often several of a key."""
    pools = {
        column.name: st.sampled_from(draw(st.lists(column_values(column), min_size=1, max_size=3)))
        for column in table.columns
    }
    lines = st.integers(1, 3)
    # One load fills most batches.
    sources = draw(st.just(SOURCES) | SOURCES.map(st.just))
    rows = draw(st.lists(st.builds(Published, st.fixed_dictionaries(pools), sources, lines), max_size=9))
    # What Postgres holds of a decimal is that of its column.
    exact = record_batch(table, [each.row for each in rows]).to_pylist()
    return [each._replace(row=row) for each, row in zip(rows, exact, strict=True)]


@st.composite
def tables_with_published_rows(draw: st.DrawFn) -> tuple[RowTable, list[Published]]:
    """Any table, whose key may be texts, moments or several columns, and rows of it."""
    table = draw(row_tables())
    return table, draw(published_rows(table))
