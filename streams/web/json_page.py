"""What the web pages that answer JSON share: refusals, failures, headers."""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

import orjson
from faust.web import Request, Response, View

from models.errors import DatabaseUnreachableError, ExactFeaturesError, KafkaUnreachableError, TopicCreationError
from streams.queries.page import TooSlowError
from streams.web.access import UNAUTHORIZED, Refusal, misnaming, refusal

if TYPE_CHECKING:
    from models.settings.environment import Settings

log = logging.getLogger(__name__)

HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
"""Of every answer that holds data."""


class JsonPage(View):
    """A page that answers JSON."""

    settings: ClassVar[Settings]

    def refused(self, request: Request) -> Response | None:
        """The answer to a request that may change nothing and see no rows; None: it may."""
        return self._told(refusal(cast("Any", request).headers, self._token))

    def refused_by_name(self, request: Request) -> Response | None:
        """The answer to a request that asks for the worker by a name that is not its own; None: it does not."""
        return self._told(misnaming(cast("Any", request).headers, self._token))

    @property
    def _token(self) -> str:
        return self.settings.web_token.get_secret_value()

    def _told(self, found: Refusal | None) -> Response | None:
        if found is None:
            return None
        log.warning("%s: refused: %s", type(self).__name__, found.reason)
        headers = {"WWW-Authenticate": "Bearer"} if found.status == UNAUTHORIZED else {}
        return self.json({"status": "failed", "error": found.reason}, status=found.status, headers=headers)

    def failed(self, status: int, error: Exception | str) -> Response:
        """The answer when nothing comes of it."""
        log.warning("%s: %s", type(self).__name__, error)
        return self.json({"status": "failed", "error": str(error)}, status=status)

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
        """An answer, with the headers that all have."""
        return super().json(
            value, content_type=content_type, status=status, reason=reason, headers={**HEADERS, **(headers or {})}
        )


def status_of(error: ExactFeaturesError) -> int:
    """The HTTP status of an error of ours."""
    refused = (KafkaUnreachableError, TopicCreationError, DatabaseUnreachableError, TooSlowError)
    return 503 if isinstance(error, refused) else 422
