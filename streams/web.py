"""The worker's web pages: `/etl/` loads the configured folder, `/health` tells whether all is well."""

from __future__ import annotations

import asyncio
import importlib
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from faust.web import Request, Response, View

from models.errors import DatabaseUnreachableError, ExactFeaturesError, KafkaUnreachableError, SettingsError
from models.topics import INPUT_TOPICS
from streams import health

if TYPE_CHECKING:
    from models.settings import Settings
    from streams.application import Application

log = logging.getLogger(__name__)

APPLIED_WITHIN = 600.0
"""Seconds that a load started from the web may take to be applied."""


class LoadReport(Protocol):
    """What the loader reports."""

    def as_dict(self) -> dict[str, Any]:
        """As the members of a JSON object: rejected, problems, applied and more."""


Loader = Callable[..., Awaitable[LoadReport]]


def resolve_loader(name: str) -> Loader:
    """The function that a setting names as module:name.

    The worker knows no more of the producer than this name, so neither imports the other.

    Raises:
        SettingsError: there is no such function.
    """
    module, _, function = name.partition(":")
    try:
        loader: Loader = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"LOADER={name}: no such function ({error})") from error
    return loader


def _load_in_own_loop(loader: Loader, settings: Settings) -> Mapping[str, Any]:
    """Run a load to its end; on a thread of its own, since reading files would hold up the worker's event loop."""

    async def run() -> LoadReport:
        return await loader([settings.data_dir], settings, wait_timeout=APPLIED_WITHIN)

    report = asyncio.run(run()).as_dict()
    return {"status": _outcome(report), **report}


def _outcome(report: Mapping[str, Any]) -> str:
    if not report["applied"]:
        return "failed"
    return "partial" if report["rejected"] or report["problems"] else "success"


class EtlView(View):
    """Loads the folder DATA_DIR and answers when everything is applied."""

    loader: ClassVar[Loader]
    settings: ClassVar[Settings]
    running: ClassVar[threading.Lock] = threading.Lock()

    async def get(self, request: Request) -> Response:
        """Load, as the batch service before us did on GET."""
        return await self.post(request)

    async def post(self, request: Request) -> Response:  # noqa: ARG002  # there is nothing to ask for
        """Load."""
        if not self.running.acquire(blocking=False):
            return self.json({"status": "busy", "error": "a load is running; try again when it is done"}, status=409)
        try:
            answer = await asyncio.to_thread(_load_in_own_loop, type(self).loader, self.settings)
        except ExactFeaturesError as error:
            log.warning("/etl/: %s", error)
            return self.json({"status": "failed", "error": str(error)}, status=_status_of(error))
        finally:
            self.running.release()
        return self.json(answer)


def _status_of(error: ExactFeaturesError) -> int:
    return 503 if isinstance(error, (KafkaUnreachableError, DatabaseUnreachableError)) else 422


class HealthView(View):
    """200 while Kafka and Postgres answer, else 503 with the reason."""

    async def get(self, request: Request) -> Response:  # noqa: ARG002  # there is nothing to ask for
        """Ask both."""
        app = cast("Application", self.app)
        faults = await health.faults(app)
        if faults:
            return self.json({"status": "unavailable", **faults}, status=503)
        return self.json({"status": "ok", "topics": sorted(INPUT_TOPICS)})


def register(app: Application, settings: Settings) -> None:
    """Add the pages to the worker's web server.

    Raises:
        SettingsError: LOADER names no function.
    """
    EtlView.loader = staticmethod(resolve_loader(settings.loader))
    EtlView.settings = settings
    app.page("/etl/", name="etl")(EtlView)
    app.page("/health", name="health")(HealthView)
