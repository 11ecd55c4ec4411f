"""The worker's web server: the page for people, loads, whether all is well, metrics, and what the pages answer."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import orjson
from faust.web import Request, Response

from streams.loads.runner import LoadRunner
from streams.queries.dashboard import Live
from streams.queries.details import DetailReader
from streams.queries.features import FeatureQueries
from streams.queries.page import PageReader
from streams.queries.single_flight import SingleFlight
from streams.web import openapi
from streams.web.access import OPEN
from streams.web.details.declaration import DeclarationView
from streams.web.details.views import DistributionView, GroupRowsView, RowHistoryView
from streams.web.events import EventsView
from streams.web.features import FeaturePage, FeaturesView, FeatureView
from streams.web.health import HealthView, MetricsView
from streams.web.loads.views import EtlView, LoadsPage, LoadsView, LoadView, PreviewView
from streams.web.operations import Operation, Page
from streams.web.page_files import PageFileView, PageView
from streams.web.rejects import RejectsExportView, RejectsView
from streams.web.report import ReportView

if TYPE_CHECKING:
    from models.settings.environment import Settings
    from streams.worker import Application


class OpenApiView(Page):
    """Describes the pages."""

    view_path = "/openapi.json"
    headers = {}  # noqa: RUF012  # a ClassVar of the base

    @Operation("This document.", access=OPEN)
    async def get(self, request: Request) -> Response:  # noqa: ARG002  # there is nothing to ask for
        """The document."""
        return self.bytes(_document(), headers={"Content-Type": "application/json"})


@cache
def _document() -> bytes:
    """Made once: the pages stay as they are."""
    return orjson.dumps(openapi.document(PAGES))


DISTRIBUTION_SECONDS = 5.0
"""How long a distribution is good for."""

PAGES: tuple[type[Page], ...] = (
    PageView,
    PageFileView,
    EtlView,
    LoadsView,
    # Before the page whose path has any name in this place.
    PreviewView,
    LoadView,
    EventsView,
    FeatureView,
    FeaturesView,
    ReportView,
    GroupRowsView,
    RowHistoryView,
    DistributionView,
    DeclarationView,
    RejectsView,
    RejectsExportView,
    HealthView,
    MetricsView,
    OpenApiView,
)
"""All that the web server serves."""


def register(app: Application, settings: Settings) -> None:
    """Add the pages to the worker's web server.

    Raises:
        SettingsError: LOADER names no function.
    """
    LoadsPage.runner = LoadRunner(settings)
    Page.settings = settings
    FeaturePage.queries = FeatureQueries(settings, lambda: app.changelog_producer)
    reader = PageReader(settings)
    ReportView.found = SingleFlight(reader.groups)
    RejectsView.found = SingleFlight(reader.rejects)
    details = DetailReader(settings, reader)
    GroupRowsView.found = SingleFlight(details.rows)
    RowHistoryView.found = SingleFlight(details.history)
    DistributionView.found = SingleFlight(details.distribution, DISTRIBUTION_SECONDS)
    live = Live(app, reader)
    EventsView.live = SingleFlight(lambda _: live.read())
    for page in PAGES:
        app.page(page.view_path)(page)
