"""The worker's web pages: loads, whether all is well, metrics, and what the pages answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from faust.web import Request, Response, View

from models.topics import INPUT_TOPICS
from streams import health, openapi
from streams.loader import LoadRunner
from streams.web_loads import EtlView, LoadsPage, LoadsView, LoadView
from streams.web_metrics import MetricsView

if TYPE_CHECKING:
    from models.settings import Settings
    from streams.application import Application


class HealthView(View):
    """200 while Kafka and Postgres answer, else 503 with the reason."""

    async def get(self, request: Request) -> Response:  # noqa: ARG002  # there is nothing to ask for
        """Ask both."""
        app = cast("Application", self.app)
        faults = await health.faults(app)
        if faults:
            return self.json({"status": "unavailable", **faults}, status=503)
        return self.json({"status": "ok", "topics": sorted(INPUT_TOPICS)})


class OpenApiView(View):
    """Describes the pages."""

    async def get(self, request: Request) -> Response:  # noqa: ARG002  # there is nothing to ask for
        """The document."""
        return self.json(openapi.document())


def register(app: Application, settings: Settings) -> None:
    """Add the pages to the worker's web server.

    Raises:
        SettingsError: LOADER names no function.
    """
    LoadsPage.runner = LoadRunner(settings)
    LoadsPage.settings = settings
    app.page("/etl/", name="etl")(EtlView)
    app.page("/loads", name="loads")(LoadsView)
    app.page("/loads/{load_id}", name="load")(LoadView)
    app.page("/health", name="health")(HealthView)
    app.page("/metrics", name="metrics")(MetricsView)
    app.page("/openapi.json", name="openapi")(OpenApiView)
