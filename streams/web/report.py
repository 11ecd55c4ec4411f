"""`/report`: the users and their features, by the page."""

from __future__ import annotations

from typing import Any, ClassVar

from faust.web import Request, Response

from streams.queries.page import UserQuery
from streams.queries.single_flight import SingleFlight
from streams.web.operations import Operation, Page
from streams.web.page_answers import Report
from streams.web.parameters import UsersAsked


class ReportView(Page):
    """Lists users."""

    view_path = "/report"
    found: ClassVar[SingleFlight[UserQuery, list[dict[str, Any]]]]

    @Operation("Users and their features, by the page.", {200: Report}, (422, 503), asked=UsersAsked)
    async def get(self, request: Request, asked: UsersAsked) -> Response:  # noqa: ARG002  # what it asks is parsed
        """Users in the order asked for."""
        rows = await self.found.get(asked.query())
        return self.plain({"users": [_reported(row) for row in rows[: asked.limit]], "more": len(rows) > asked.limit})


def _reported(row: dict[str, Any]) -> dict[str, Any]:
    # Ids are text: a browser's numbers are exact up to 2^53 only.
    return {
        **row,
        "user_id": str(row["user_id"]),
        "top_compound_id": None if row["top_compound_id"] is None else str(row["top_compound_id"]),
        "tied_compound_ids": [str(number) for number in row["tied_compound_ids"]],
    }
