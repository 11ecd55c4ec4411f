"""The page `/metrics`: what the worker counts and measures, as Prometheus reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from faust.web import Request, Response, View

from streams.web import health

if TYPE_CHECKING:
    from streams.worker import Application


class MetricsView(View):
    """Metrics, in the format that the header Accept asks for; 200 also while a server is away."""

    async def get(self, request: Request) -> Response:
        """Look at both servers and the partitions, and tell everything."""
        app = cast("Application", self.app)
        faults = await health.faults(app)
        app.metrics.look(
            postgres_up="postgres" not in faults,
            kafka_up="kafka" not in faults,
            ends=app.log_ends(),
            damaged=len(app.damaged_partitions.found),
        )
        text, content_type = app.metrics.exposition(request.headers.get("Accept", ""))
        # As a header, for aiohttp takes no character set within its argument content_type.
        return self.bytes(text, headers={"Content-Type": content_type})
