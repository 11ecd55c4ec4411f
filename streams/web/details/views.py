"""`/report/rows`, `/report/history`, `/report/distribution`: one group, one row, one column."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from faust.web import Request, Response

from models.publication import is_load
from streams.queries import detail_statements
from streams.queries.details import ROWS_SORTED, DistributionQuery, HistoryQuery, RowsQuery
from streams.queries.single_flight import SingleFlight
from streams.web.details.answers import Distribution, GroupRows, RowHistory
from streams.web.details.parameters import DistributionAsked, GroupRowsAsked, HistoryAsked, is_measure
from streams.web.operations import Operation, QueryPage

if TYPE_CHECKING:
    from models.declaration.model import RowTable

_CHARACTERS = 300
"""Of a value that are shown."""
_ITEMS = 50
"""Of a list."""


class GroupRowsView(QueryPage):
    """Lists the rows of a group."""

    view_path = "/report/rows"
    found: ClassVar[SingleFlight[RowsQuery, list[dict[str, Any]]]]

    @Operation("Rows of a group, the newest first.", {200: GroupRows}, (422, 503), asked=GroupRowsAsked)
    async def get(self, request: Request, asked: GroupRowsAsked) -> Response:  # noqa: ARG002  # what it asks is parsed
        """Rows, the newest publications first."""
        model, query, rows = await self.read(asked)
        table = model.features_named(query.table).rows
        looked_at = rows[0][detail_statements.LOOKED_AT] if rows else 0
        return self.plain(
            {
                "table": table.name,
                "columns": [*table.types],
                "rows": [_row(row, table) for row in rows[: asked.limit]],
                "more": len(rows) > asked.limit,
                "looked_at": looked_at,
                "is_sample": looked_at == ROWS_SORTED,
            }
        )


class RowHistoryView(QueryPage):
    """Says where a row is from."""

    view_path = "/report/history"
    found: ClassVar[SingleFlight[HistoryQuery, dict[str, Any]]]

    @Operation(
        "Where a row is from, its deletion, and rejects of its key.",
        {200: RowHistory},
        (422, 503),
        asked=HistoryAsked,
    )
    async def get(self, request: Request, asked: HistoryAsked) -> Response:  # noqa: ARG002  # what it asks is parsed
        """The row, its deletion, its rejects."""
        model, query, found = await self.read(asked)
        table = model.rows_named(query.table)
        return self.plain(
            {
                "table": table.name,
                "key": query.key_text,
                "row": None if found["row"] is None else _row(found["row"], table),
                "deletion": None if found["deletion"] is None else _origin(**found["deletion"]),
                "rejects": found["rejects"],
            }
        )


class DistributionView(QueryPage):
    """Says how the values of a column of numbers are spread."""

    view_path = "/report/distribution"
    found: ClassVar[SingleFlight[DistributionQuery, dict[str, Any]]]

    @Operation(
        "In how many groups a column of numbers has values of which size.",
        {200: Distribution},
        (422, 503),
        asked=DistributionAsked,
    )
    async def get(self, request: Request, asked: DistributionAsked) -> Response:  # noqa: ARG002  # what it asks is parsed
        """The bins of a histogram."""
        model, query, found = await self.read(asked)
        numbers = [output.name for output in model.features_named(query.table).outputs if is_measure(output)]
        return self.plain({"table": query.table, "column": query.column, "columns": numbers, **found})


def _row(row: Mapping[str, Any], table: RowTable) -> dict[str, Any]:
    return {
        "key": row[detail_statements.KEY],
        "values": {name: _shown(row[name]) for name in table.types},
        "origin": _origin(
            row[detail_statements.PUBLISHED_AT],
            row[detail_statements.LOAD],
            row[detail_statements.FILE],
            row[detail_statements.LINE],
        ),
    }


def _origin(published_at: Any, load: Any, file: str | None, line: int) -> dict[str, Any]:  # noqa: ANN401  # as Postgres has it
    return {"published_at": published_at, "load": load if is_load(load) else None, "file": file, "line": line}


def _shown(value: Any) -> str | None:  # noqa: ANN401  # whatever Postgres has
    """The beginning of a value as text."""
    if value is None:
        return None
    if isinstance(value, list):
        rest = f", … ({len(value):,} in all)" if len(value) > _ITEMS else ""
        return ", ".join(map(str, value[:_ITEMS])) + rest
    if isinstance(value, datetime):
        # As the terminal's report has it: in UTC.
        text = value.isoformat(sep=" ").removesuffix("+00:00")
        return text.rstrip("0") if value.microsecond else text
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{text[:_CHARACTERS]}…" if len(text) > _CHARACTERS else text
