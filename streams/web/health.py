"""`/health` and `/metrics`: whether all is well, for who supervises the worker."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from faust.web import Request, Response

from models.topics import INPUT_TOPICS
from streams.postgres import server as database
from streams.web.access import OPEN
from streams.web.answers import Healthy, Unhealthy
from streams.web.operations import Operation, Page

if TYPE_CHECKING:
    from streams.worker import Application

PATIENCE = 2.0
"""Seconds that Postgres may take to answer."""


class HealthView(Page):
    """200 while Kafka and Postgres answer, else 503 with the reason."""

    view_path = "/health"
    headers = {}  # noqa: RUF012  # a ClassVar of the base

    @Operation("Whether Kafka and Postgres answer.", {200: Healthy, 503: Unhealthy}, access=OPEN)
    async def get(self, request: Request) -> Response:  # noqa: ARG002  # there is nothing to ask for
        """Ask both."""
        found = await faults(cast("Application", self.app))
        if found:
            return self.json({"status": "unavailable", **found}, status=503)
        return self.json({"status": "ok", "topics": sorted(INPUT_TOPICS)})


class MetricsView(Page):
    """Metrics, in the format that the header Accept asks for; 200 also while a server is away."""

    view_path = "/metrics"

    @Operation("What the worker counts and measures, as Prometheus reads it.", access=OPEN)
    async def get(self, request: Request) -> Response:
        """Look at both servers and the partitions, and tell everything."""
        app = cast("Application", self.app)
        found = await faults(app)
        app.metrics.look(
            postgres_up="postgres" not in found,
            kafka_up="kafka" not in found,
            ends=app.log_ends(),
            damaged=len(app.damaged_partitions.found),
        )
        text, content_type = app.metrics.exposition(request.headers.get("Accept", ""))
        # As a header, for aiohttp takes no character set within its argument content_type.
        return self.bytes(text, headers={"Content-Type": content_type})


async def faults(app: Application) -> dict[str, str]:
    """What is wrong, by server, and with partitions; empty if all is well."""
    postgres, kafka = await asyncio.gather(_postgres_fault(app), app.kafka_watch.fault())
    found = {"postgres": postgres, "kafka": kafka, "partitions": app.damaged_partitions.fault()}
    return {server: fault for server, fault in found.items() if fault is not None}


async def _postgres_fault(app: Application) -> str | None:
    # On a connection of its own: those of the pool may all be at work.
    return app.persistence.outage or await database.fault(app.settings, PATIENCE)
