"""`/report`: the groups of a feature table and their features, by the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

import orjson
from faust.web import Request, Response

from models.aggregates.aggregate import COUNT
from models.types.column_types import AnyNumber, ArrayOf, ExactDecimal, Instant, WholeNumber
from streams.queries.labels import labelled_columns, named_by_column
from streams.queries.page import GroupQuery, Groups
from streams.queries.report_statements import LABEL, label_of
from streams.queries.single_flight import SingleFlight
from streams.web.operations import Operation, QueryPage
from streams.web.page_answers import Report
from streams.web.parameters import GroupsAsked

if TYPE_CHECKING:
    from models.aggregates.aggregate import OutputColumn
    from models.declaration.model import FeatureTable, GroupColumn, Model


class ReportView(QueryPage):
    """Lists groups."""

    view_path = "/report"
    found: ClassVar[SingleFlight[GroupQuery, Groups]]

    @Operation(
        "Groups of a feature table and their features, by the page.", {200: Report}, (422, 503), asked=GroupsAsked
    )
    async def get(self, request: Request, asked: GroupsAsked) -> Response:  # noqa: ARG002  # what it asks is parsed
        """Groups in the order asked for."""
        model, query, read = await self.read(asked)
        features = model.features_named(query.table)
        labelled = _labelled(model, features)
        groups = {group.name for group in features.group}
        return self.plain(
            {
                "table": features.name,
                "tables": [table.name for table in model.features],
                "columns": [
                    {"name": name, "kind": kind, "is_group": name in groups, "is_labelled": name in labelled}
                    for name, kind in _kinds(features).items()
                ],
                "groups": [_reported(row, features, labelled) for row in read.rows[: asked.limit]],
                "more": len(read.rows) > asked.limit,
                "with_rows_only": read.with_rows_only,
            }
        )


def _labelled(model: Model, features: FeatureTable) -> dict[str, str]:
    """By column whose values have labels, the column of a row read that holds them."""
    first = features.group[0]
    named = named_by_column(model, first)
    of_group = {first.name: LABEL} if named is not None and named.label is not None else {}
    return of_group | {name: label_of(name) for name, _ in labelled_columns(model, features)}


def _kinds(features: FeatureTable) -> dict[str, str]:
    return {group.name: _kind_of_group(group) for group in features.group} | {
        output.name: _kind_of_output(output) for output in features.outputs
    }


def _kind_of_group(group: GroupColumn) -> str:
    if group.period is not None:
        return "text"
    match group.column.type:
        case WholeNumber():
            return "id"
        case Instant():
            return "moment"
        case _:
            return "text"


def _kind_of_output(output: OutputColumn) -> str:
    match output.type:
        case ArrayOf():
            return "list"
        case AnyNumber() | ExactDecimal():
            return "number"
        case WholeNumber():
            # Others are values of rows, and may be ids.
            return "number" if output.type is COUNT else "id"
        case Instant():
            return "moment"
        case _:
            return "text"


def _reported(row: dict[str, Any], features: FeatureTable, labelled: dict[str, str]) -> dict[str, Any]:
    return {
        "key": _key([row[group.name] for group in features.group]),
        "values": {name: _plain(row[name]) for name in _kinds(features)},
        "labels": {name: row[label] for name, label in labelled.items()},
    }


def _key(values: Sequence[Any]) -> str:
    """The key of a group as it stands in Kafka's records, where `/report/rows` looks for it."""
    parts = [_on_wire(value) for value in values]
    return parts[0] if len(parts) == 1 else f"[{','.join(parts)}]"


def _on_wire(value: Any) -> str:  # noqa: ANN401  # whatever Postgres has
    if isinstance(value, bool | int | Decimal):
        return str(value).lower()
    return orjson.dumps(_plain(value)).decode()


def _plain(value: Any) -> Any:  # noqa: ANN401  # whatever Postgres has
    """A value as JSON: numbers as text, as a browser's are exact up to 2^53 only."""
    match value:
        case None | bool():
            return value
        case list():
            return [_plain(item) for item in value]
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)
