"""What the page shows of one group, one row, and one column of features: read within the limits of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from models.declaration.in_force import model_named
from models.sql.counters import read_counters
from models.types.column_types import WholeNumber
from streams.queries import detail_statements
from streams.queries.bins import lower_ends
from streams.queries.page import GROUPS_LOOKED_AT, PageReader

if TYPE_CHECKING:
    from models.settings.environment import Settings

ROWS_SORTED = 20_000
"""Of a group with more rows, the newest of so many are shown."""
REJECTS_SEARCHED, REJECTS_SHOWN = 100_000, 20


@dataclass(frozen=True)
class RowsQuery:
    """Which rows of a group are asked for."""

    table: str
    """Of features."""
    group: tuple[Any, ...]
    """The values of its columns."""
    limit: int
    offset: int


@dataclass(frozen=True)
class HistoryQuery:
    """Which row's history is asked for."""

    table: str
    """Of rows."""
    key: tuple[Any, ...]
    key_text: str
    """The same as on the wire."""


@dataclass(frozen=True)
class DistributionQuery:
    """Which column's distribution is asked for."""

    table: str
    """Of features."""
    column: str


class DetailReader:
    """Reads by the page's reader: over its connections, each statement within its limits."""

    def __init__(self, settings: Settings, reader: PageReader) -> None:
        self._model = model_named(settings.model)
        self._reader = reader

    async def rows(self, query: RowsQuery) -> list[dict[str, Any]]:
        """Rows of a group, the newest first, one more than asked for if there are more.

        Raises:
            TooSlowError: it takes too long.
            DatabaseUnreachableError: Postgres does not answer.
        """
        statement = detail_statements.read_rows_of_group(self._model.features_named(query.table))
        async with self._reader.reading() as connection:
            rows = await connection.fetch(statement, *query.group, ROWS_SORTED, query.limit + 1, query.offset)
        return [dict(row) for row in rows]

    async def history(self, query: HistoryQuery) -> dict[str, Any]:
        """The row as it is stored, its deletion, and its latest rejects; each None or empty if there is none.

        Raises:
            TooSlowError: it takes too long.
            DatabaseUnreachableError: Postgres does not answer.
        """
        rows = self._model.rows_named(query.table)
        named = (query.table, query.key_text)
        async with self._reader.reading() as connection:
            row = await connection.fetchrow(detail_statements.read_row(rows), *query.key)
            deletion = await connection.fetchrow(detail_statements.READ_DELETION, *named)
            rejects = await connection.fetch(
                detail_statements.READ_REJECTS_OF_ROW, *named, REJECTS_SEARCHED, REJECTS_SHOWN
            )
        return {
            "row": None if row is None else dict(row),
            "deletion": None if deletion is None else dict(deletion),
            "rejects": [dict(reject) for reject in rejects],
        }

    async def distribution(self, query: DistributionQuery) -> dict[str, Any]:
        """In how many groups a column of numbers has a value of each bin; of many groups, in some of them.

        Raises:
            TooSlowError: it takes too long.
            DatabaseUnreachableError: Postgres does not answer.
        """
        features = self._model.features_named(query.table)
        [output] = [output for output in features.outputs if output.name == query.column]
        async with self._reader.reading() as connection:
            [counters] = await connection.fetch(read_counters(self._model))
            share = min(1.0, GROUPS_LOOKED_AT / max(1, counters[features.name]))
            [spread] = await connection.fetch(detail_statements.read_spread(features, output.name), share * 100)
            found = {"groups_looked_at": spread["looked_at"], "is_sample": share < 1, "bins": []}
            if not spread["looked_at"]:
                return found
            is_whole = isinstance(output.type, WholeNumber)
            ends = lower_ends(spread["low"], spread["high"], is_whole=is_whole)
            counted = await connection.fetch(
                detail_statements.count_in_bins(features, output.name), share * 100, ends[1:]
            )
        groups = {row["bin"]: row["groups"] for row in counted}
        return found | {"bins": _bins(ends, groups, spread, is_whole=is_whole)}


def _bins(
    ends: list[Decimal], groups: Mapping[int, int], spread: Mapping[str, Decimal], *, is_whole: bool
) -> list[dict[str, Any]]:
    """Each bin; the first and the last one also hold what is beyond them."""
    width = ends[1] - ends[0] if len(ends) > 1 else Decimal(1)
    begins = [min(spread["least"], ends[0]), *ends[1:]]
    stops = [*ends[1:], max(ends[-1] + width, spread["greatest"])]
    return [
        {
            "begin": f"{begin:f}",
            "end": f"{end:f}",
            "is_single": is_whole and end - begin == 1 and end != spread["greatest"],
            "groups": groups.get(number, 0),
        }
        for number, (begin, end) in enumerate(zip(begins, stops, strict=True))
    ]
