"""`/events`: the state of the moment as server-sent events, for as long as somebody looks."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, ClassVar, cast

from aiohttp.web import StreamResponse
from faust.web import Request

from streams.web.operations import HEADERS, Operation, Page
from streams.web.page_answers import State

if TYPE_CHECKING:
    from streams.queries.single_flight import SingleFlight
    from streams.worker import Application

MOST_STREAMS = 20
"""Streams that may be open at once; a browser tab has one while it is looked at."""

INTERVAL = 1.0

WRITE_SECONDS = 10.0
"""How long a viewer may take to receive a state."""

log = logging.getLogger(__name__)


class EventsView(Page):
    """Sends each viewer the state when it changes. All look at the same reading."""

    view_path = "/events"
    live: ClassVar[SingleFlight[None, bytes]]

    def __post_init__(self) -> None:
        """Begin without viewers."""
        self._open = 0

    @Operation(
        "The state of the moment, as server-sent events: each one's data is a State.",
        {200: State},
        (503,),
        media_type="text/event-stream",
    )
    async def get(self, request: Request) -> Any:  # noqa: ANN401  # aiohttp's response
        """The stream, until the viewer goes away or the worker stops."""
        if self._open >= MOST_STREAMS:
            return self.failed(503, f"{MOST_STREAMS} streams are open, and no more may be: close a page, or try later")
        self._open += 1
        try:
            response = StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
            await response.prepare(cast("Any", request))
            if request.method != "HEAD":
                await self._report(response)
        except (ConnectionError, TimeoutError):
            log.debug("A viewer went away")
        finally:
            self._open -= 1
        return response

    async def _report(self, response: StreamResponse) -> None:
        app = cast("Application", self.app)
        last = b""
        while not app.should_stop:
            # Whatever is waited for, the worker's stop ends it: else it would wait for the viewers.
            found = await app.wait(self._report_once(response, last))
            last = found.result or last
            await app.sleep(INTERVAL)

    async def _report_once(self, response: StreamResponse, last: bytes) -> bytes:
        state = await self.live.get(None)
        async with asyncio.timeout(WRITE_SECONDS):
            # If nothing is new, a comment is sent: so it is noticed that the viewer has gone.
            await response.write(b":\n\n" if state == last else b"data: " + state + b"\n\n")
        return state
