"""`/declaration`: the model in force, in words."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from faust.web import Request, Response

from models.declaration.in_force import model_named
from models.declaration.in_words import aggregate_in_words, group_in_words, meaning_of, type_in_words
from streams.web.details.answers import Declaration
from streams.web.operations import Operation, Page

if TYPE_CHECKING:
    from models.declaration.model import FeatureTable, Model, RowTable


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
