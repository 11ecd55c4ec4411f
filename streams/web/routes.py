"""The worker's web server: the page for people, loads, whether all is well, metrics, and what the pages answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from faust.web import Request, Response, View

from models.topics import INPUT_TOPICS
from streams.loads.runner import LoadRunner
from streams.queries.dashboard import Live
from streams.queries.page import PageReader
from streams.queries.single_flight import SingleFlight
from streams.web import health, openapi
from streams.web.events import EventsView
from streams.web.json_page import JsonPage
from streams.web.loads import EtlView, LoadsPage, LoadsView, LoadView
from streams.web.metrics import MetricsView
from streams.web.page_files import PageFileView, PageView
from streams.web.rejects import RejectsExportView, RejectsView
from streams.web.report import ReportView

if TYPE_CHECKING:
    from models.settings.environment import Settings
    from streams.worker import Application


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
    JsonPage.settings = settings
    reader = PageReader(settings)
    ReportView.found = SingleFlight(reader.users)
    RejectsView.found = SingleFlight(reader.rejects)
    live = Live(app, reader)
    EventsView.live = SingleFlight(lambda _: live.read())
    app.page("/", name="page")(PageView)
    app.page("/page/{name}", name="page file")(PageFileView)
    app.page("/events", name="events")(EventsView)
    app.page("/report", name="report")(ReportView)
    app.page("/rejects", name="rejects")(RejectsView)
    app.page("/rejects/export", name="rejects export")(RejectsExportView)
    app.page("/etl/", name="etl")(EtlView)
    app.page("/loads", name="loads")(LoadsView)
    app.page("/loads/{load_id}", name="load")(LoadView)
    app.page("/health", name="health")(HealthView)
    app.page("/metrics", name="metrics")(MetricsView)
    app.page("/openapi.json", name="openapi")(OpenApiView)
