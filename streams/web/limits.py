"""What the web server puts up with: so many connections, requests of such a size, that arrive in such a time.

aiohttp itself closes a connection that has not sent a whole head in time, since it takes it for an idle one.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web

from models.errors import ExactFeaturesError
from streams.faust_adapters.web import WebServer

if TYPE_CHECKING:
    from faust.types import AppT

    from streams.worker import Application

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Limits:
    """How much a client may take."""

    connections: int = 200
    """Open at a time; each further one is answered with 503 and closed."""
    head_seconds: float = 20.0
    """From the connection's begin, or from the last answer, to the end of the next request's head."""
    head_line_bytes: int = 8190
    """Of the request line, and of each header's value."""
    headers: int = 64
    linger_seconds: float = 2.0
    """So long what a client still sends is read, for it to come to its answer."""
    body_grace_seconds: float = 30.0
    """For so long a body may arrive as slowly as it likes."""
    body_bytes_per_second: int = 10_000
    """So fast it must arrive from then on, on average."""


class PortTakenError(ExactFeaturesError):
    """Another program has the port."""


class LimitedWeb(WebServer):
    """Faust's web server, with limits."""

    def __init__(self, app: AppT, limits: Limits | None = None) -> None:
        super().__init__(app)
        limits = limits or Limits()
        self.web_app.middlewares.append(timely_bodies(limits))
        self.run_by(LimitedRunner(self.web_app, limits))

    async def start_server(self) -> None:
        """Listen; the process ends if another has taken the port, which was free when the worker began."""
        try:
            await super().start_server()
        except OSError as error:
            at = f"{self.app.conf.web_bind}:{self.app.conf.web_port}"
            # At once: Faust would stop what has begun first, one after the other, and say nothing of why.
            cast("Application", self.app).end(
                PortTakenError(
                    f"the web pages cannot be served at {at} ({os.strerror(error.errno or 0)}): another program took "
                    "the port while the worker started; end that one, or set WEB_PORT to another"
                )
            )


class LimitedRunner(web.AppRunner):
    """Runs an application with limits on connections and on what comes before a body."""

    def __init__(self, app: web.Application, limits: Limits) -> None:
        super().__init__(
            app,
            access_log=None,
            keepalive_timeout=limits.head_seconds,
            lingering_time=limits.linger_seconds,
            max_line_size=limits.head_line_bytes,
            max_field_size=limits.head_line_bytes,
            max_headers=limits.headers,
        )
        self._most = limits.connections

    @property
    def server(self) -> web.Server | None:
        """What makes the protocol of each connection; None before the set-up."""
        server = super().server
        return None if server is None else cast("web.Server", _Door(server, self._most))


class _Door:
    """Stands in for a server where connections come in."""

    def __init__(self, server: web.Server, most: int) -> None:
        self._server = server
        self._most = most

    def __call__(self) -> asyncio.BaseProtocol:
        return self._server() if len(self._server.connections) < self._most else _Full()


class _Full(asyncio.Protocol):
    """Says that there are too many connections, without a look at the request."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        writing = cast("asyncio.Transport", transport)
        writing.write(b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        writing.close()


def timely_bodies(limits: Limits) -> Any:  # noqa: ANN401  # aiohttp's middlewares have no type of their own
    """A middleware that ends requests whose bodies arrive too slowly."""

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.body_exists:
            return await handler(request)
        try:
            async with asyncio.timeout(None) as limit:
                watch = asyncio.create_task(_watch(request, limit, limits))
                try:
                    return await handler(request)
                finally:
                    watch.cancel()
        except TimeoutError:
            if not limit.expired():
                raise
            return _too_slow()

    return answer


async def _watch(request: web.Request, limit: asyncio.Timeout, limits: Limits) -> None:
    """Have the limit expire once a body is behind."""
    begun = time.monotonic()
    while not request.content.is_eof():
        await asyncio.sleep(limits.body_grace_seconds / 10)
        expected = (time.monotonic() - begun - limits.body_grace_seconds) * limits.body_bytes_per_second
        if request.content.total_bytes < expected:
            limit.reschedule(asyncio.get_running_loop().time())
            return


def _too_slow() -> web.Response:
    response = web.json_response(
        {"status": "failed", "error": "the request's body arrived too slowly"},
        status=web.HTTPRequestTimeout.status_code,
    )
    response.force_close()
    return response
