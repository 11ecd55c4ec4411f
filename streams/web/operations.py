"""Pages and their operations: each is declared where it is handled, and what all of them do is done here."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Hashable, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, cast

import orjson
from faust.web import Request, Response, View
from pydantic import BaseModel

from models.declaration.in_force import model_named
from models.errors import DatabaseUnreachableError, ExactFeaturesError, KafkaUnreachableError, TopicCreationError
from streams.queries.page import TooSlowError
from streams.web.access import TOKEN, UNAUTHORIZED, Access, Refusal
from streams.web.answers import Failure
from streams.web.parameters import Parameters

if TYPE_CHECKING:
    from models.declaration.model import Model
    from models.settings.environment import Settings
    from streams.queries.single_flight import SingleFlight

log = logging.getLogger(__name__)

HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
"""Of every answer that holds data."""

Answer = TypeVar("Answer")
Query_co = TypeVar("Query_co", bound=Hashable, covariant=True)


class Page(View):
    """Base of all pages; its path is Faust's `view_path`."""

    settings: ClassVar[Settings]

    headers: ClassVar[Mapping[str, str]] = HEADERS
    """Of its answers in JSON."""

    def refused(self, refusal: Refusal) -> Response:
        """The answer to who may not ask."""
        log.warning("%s: refused: %s", type(self).__name__, refusal.reason)
        headers = {"WWW-Authenticate": "Bearer"} if refusal.status == UNAUTHORIZED else {}
        return self.json({"status": "failed", "error": refusal.reason}, status=refusal.status, headers=headers)

    def failed(self, status: int, error: Exception | str) -> Response:
        """The answer when nothing comes of it."""
        log.warning("%s: %s", type(self).__name__, error)
        return self.json({"status": "failed", "error": str(error)}, status=status)

    def failure(self, error: ExactFeaturesError) -> Response:
        """The answer to an error of ours."""
        away = (KafkaUnreachableError, TopicCreationError, DatabaseUnreachableError, TooSlowError)
        return self.failed(503 if isinstance(error, away) else 422, error)

    def plain(self, data: Mapping[str, Any]) -> Response:
        """An answer of plain data, ids and times as text."""
        return self.json(orjson.loads(orjson.dumps(data, default=str)))

    def json(
        self,
        value: Any,  # noqa: ANN401  # Faust's own signature
        *,
        content_type: str | None = None,
        status: int = 200,
        reason: str | None = None,
        headers: MutableMapping[str, str] | None = None,
    ) -> Response:
        """An answer, with the headers that all of this page have."""
        return super().json(
            value, content_type=content_type, status=status, reason=reason, headers={**self.headers, **(headers or {})}
        )


class Asks(Protocol[Query_co]):
    """Parameters of which a query is made."""

    def query(self, model: Model) -> Query_co:
        """The query."""


class QueryPage(Page):
    """Base of pages that answer a query of what the model declares."""

    found: ClassVar[SingleFlight[Any, Any]]
    """What reads, once for all who ask the same."""

    async def read(self, asked: Asks[Query_co]) -> tuple[Model, Query_co, Any]:
        """The model, what is asked of it, and what was found.

        Raises:
            ExactFeaturesError: what is asked cannot be, or not be read.
        """
        model = model_named(self.settings.model)
        query = asked.query(model)
        return model, query, await self.found.get(query)


@dataclass(frozen=True)
class Operation:
    """What is declared of one method of a page: an operation of OpenAPI. It decorates the method that handles it.

    So the handler is called only for who may ask, with parameters that were checked, and its errors are answered.
    """

    summary: str
    answers: Mapping[int, type[BaseModel]] = field(default_factory=dict)
    """By HTTP status. Without any it is not described in the OpenAPI document: it answers no data of ours."""
    failures: tuple[int, ...] = ()
    """Further statuses, of answers that say what failed; those of refusals follow from the access."""
    access: Access = TOKEN
    asked: type[Parameters] | None = None
    """Parameters of the query."""
    path_parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The JSON schema of each."""
    media_type: str = "application/json"
    """Of the answer 200."""
    request_body: Mapping[str, Any] | None = None
    """As OpenAPI describes it."""
    without_content: Mapping[int, str] = field(default_factory=dict)
    """Answers that have none, by HTTP status: what each of them says."""

    def __call__(self, handler: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer | Response]]:
        """The method of a page whose handler takes the request, the path's parts by name, and the query as `asked`."""

        @wraps(handler)
        async def answer(page: Page, request: Request, **path: str) -> Answer | Response:
            asking, token = cast("Any", request), page.settings.web_token.get_secret_value()
            if refusal := self.access.refusal(asking.headers, token):
                return page.refused(refusal)
            try:
                asked = {"asked": self.asked.of(asking.query)} if self.asked else {}
                return await handler(page, request, **path, **asked)
            except ExactFeaturesError as error:
                return page.failure(error)

        answer.__dict__["operation"] = self
        return answer

    @property
    def responses(self) -> dict[int, type[BaseModel]]:
        """All that may be answered, by HTTP status."""
        failures: dict[int, type[BaseModel]] = dict.fromkeys((*self.access.statuses, *self.failures), Failure)
        return {**failures, **self.answers}


def operations(page: type[View]) -> dict[str, Operation]:
    """The operations that a page declares, by HTTP method."""
    found = {method: getattr(getattr(page, method), "operation", None) for method in ("get", "post")}
    return {method: operation for method, operation in found.items() if operation is not None}
