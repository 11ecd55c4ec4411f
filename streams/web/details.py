"""`/report/rows`, `/report/history`, `/report/distribution`: one group, one row, one column; and `/declaration`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from faust.web import Request, Response

from models.declaration.in_force import model_named
from models.declaration.in_words import aggregate_in_words, group_in_words, meaning_of, type_in_words
from models.publication import is_load
from streams.queries import detail_statements
from streams.queries.details import ROWS_SORTED, DistributionQuery, HistoryQuery, RowsQuery
from streams.queries.single_flight import SingleFlight
from streams.web.detail_answers import Declaration, Distribution, GroupRows, RowHistory
from streams.web.detail_parameters import DistributionAsked, GroupRowsAsked, HistoryAsked, is_measure
from streams.web.operations import Operation, Page

if TYPE_CHECKING:
    from models.declaration.model import FeatureTable, Model, RowTable

_CHARACTERS = 300
"""Of a value that are shown."""
_ITEMS = 50
"""Of a list."""


class GroupRowsView(Page):
    """Lists the rows of a group."""

    view_path = "/report/rows"
    found: ClassVar[SingleFlight[RowsQuery, list[dict[str, Any]]]]

    @Operation("Rows of a group, the newest first.", {200: GroupRows}, (422, 503), asked=GroupRowsAsked)
    async def get(self, request: Request, asked: GroupRowsAsked) -> Response:  # noqa: ARG002  # what it asks is parsed
        """Rows, the newest publications first."""
        model = model_named(self.settings.model)
        query = asked.query(model)
        table = model.features_named(query.table).rows
        rows = await self.found.get(query)
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


class RowHistoryView(Page):
    """Tells where a row is from."""

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
        model = model_named(self.settings.model)
        query = asked.query(model)
        table = model.rows_named(query.table)
        found = await self.found.get(query)
        return self.plain(
            {
                "table": table.name,
                "key": query.key_text,
                "row": None if found["row"] is None else _row(found["row"], table),
                "deletion": None if found["deletion"] is None else _origin(**found["deletion"]),
                "rejects": found["rejects"],
            }
        )


class DistributionView(Page):
    """Tells how the values of a column of numbers are spread."""

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
        model = model_named(self.settings.model)
        query = asked.query(model)
        features = model.features_named(query.table)
        numbers = [output.name for output in features.outputs if is_measure(output)]
        found = await self.found.get(query)
        return self.plain({"table": query.table, "column": query.column, "columns": numbers, **found})


class DeclarationView(Page):
    """Shows the model in force."""

    view_path = "/declaration"

    @Operation("What the model in force declares, in words.", {200: Declaration})
    async def get(self, request: Request) -> Response:  # noqa: ARG002  # there is nothing to ask for
        """The declaration."""
        return self.plain(declaration(model_named(self.settings.model)))


def declaration(model: Model) -> dict[str, Any]:
    """What a model declares, as it is answered."""
    return {
        "model": PurePath(model.name).name,
        "description": model.description,
        "rows": [_declared_rows(table) for table in model.rows],
        "features": [_declared_features(features) for features in model.features],
        "reports": {name: query.strip() for name, query in model.reports.items()},
    }


def _declared_rows(table: RowTable) -> dict[str, Any]:
    return {
        "table": table.name,
        "key": [*table.key],
        "group": table.group,
        "label": table.label,
        "files": [*table.file_names],
        "columns": [
            {
                "name": column.name,
                "type": type_in_words(column.type),
                "optional": column.optional,
                "part_of_key": column.name in table.key,
            }
            for column in table.columns
        ],
    }


def _declared_features(features: FeatureTable) -> dict[str, Any]:
    types = features.rows.types
    return {
        "table": features.name,
        "of": features.rows.name,
        "group": [group_in_words(group) for group in features.group],
        "aggregates": [
            {
                "columns": [output.name for output in aggregate.outputs(name, types)],
                "of": aggregate_in_words(aggregate),
                "meaning": meaning_of(aggregate),
            }
            for name, aggregate in features.aggregates.items()
        ],
    }


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
        return value.isoformat(sep=" ").removesuffix("+00:00")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{text[:_CHARACTERS]}…" if len(text) > _CHARACTERS else text
