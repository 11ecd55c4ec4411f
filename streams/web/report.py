"""`/report`: the users and their features, by the page."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from faust.web import Request, Response

from models.errors import ExactFeaturesError
from streams.queries.page import UserQuery
from streams.queries.single_flight import SingleFlight
from streams.web.json_page import JsonPage, status_of
from streams.web.parameters import UsersAsked, asked


class ReportView(JsonPage):
    """Lists users."""

    found: ClassVar[SingleFlight[UserQuery, list[dict[str, Any]]]]

    async def get(self, request: Request) -> Response:
        """Users in the order asked for."""
        if refused := self.refused(request):
            return refused
        try:
            query = asked(UsersAsked, cast("Any", request).query).query()
            rows = await self.found.get(query)
        except ExactFeaturesError as error:
            return self.failed(status_of(error), error)
        return self.plain({"users": [_reported(row) for row in rows[: query.limit]], "more": len(rows) > query.limit})


def _reported(row: dict[str, Any]) -> dict[str, Any]:
    # Ids are text: a browser's numbers are exact up to 2^53 only.
    return {
        **row,
        "user_id": str(row["user_id"]),
        "top_compound_id": None if row["top_compound_id"] is None else str(row["top_compound_id"]),
        "tied_compound_ids": [str(number) for number in row["tied_compound_ids"]],
    }
