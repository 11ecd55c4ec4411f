"""The web pages of loads: `/etl/` loads the configured folder, `/loads` what is sent; and both tell of loads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from faust.web import Request, Response
from pydantic import BaseModel

from models.errors import ExactFeaturesError
from streams.loads.queries import read_load, read_loads
from streams.loads.runner import BusyError, LoadRunner, Paths
from streams.web.access import OWN_NAME
from streams.web.answers import Busy, LoadDetails, LoadList, LoadResult, Preview
from streams.web.loads import uploads
from streams.web.operations import Operation, Page
from streams.web.parameters import LoadsAsked, ReadingAsked

_LOADED: Mapping[int, type[BaseModel]] = {200: LoadResult, 409: Busy}


class LoadsPage(Page):
    """What the pages of loads share."""

    runner: ClassVar[LoadRunner]

    async def answer(self, paths: Paths, reading: Mapping[str, Any] | None = None) -> Response:
        """Load these paths, within a turn, and answer what came of it."""
        return self.plain(await self.runner.run(paths, reading or {}))

    def failure(self, error: ExactFeaturesError) -> Response:
        """The answer to an error of ours, also while another load runs, and if what was sent cannot be taken."""
        if isinstance(error, BusyError):
            load = None if error.load_id is None else str(error.load_id)
            return self.json({"status": "busy", "error": str(error), "load": load}, status=409)
        if isinstance(error, uploads.UploadRefusedError):
            return self.failed(error.status, error)
        return super().failure(error)


class EtlView(LoadsPage):
    """Loads the folder DATA_DIR and answers when everything is applied."""

    view_path = "/etl/"

    @Operation("Load the folder DATA_DIR, and answer when everything is applied.", _LOADED, (422, 503))
    async def get(self, request: Request) -> Response:  # noqa: ARG002  # there is nothing to ask for
        """Load, as the batch service before us did on GET."""
        with self.runner.lock():
            return await self.answer([self.settings.data_dir])

    @Operation("The same.", _LOADED, (422, 503))
    async def post(self, request: Request) -> Response:
        """Load."""
        return await self.get(request)


class LoadsView(LoadsPage):
    """Lists loads; loads files that are sent."""

    view_path = "/loads"

    @Operation("List the latest loads.", {200: LoadList}, (422, 503), access=OWN_NAME, asked=LoadsAsked)
    async def get(self, request: Request, asked: LoadsAsked) -> Response:  # noqa: ARG002  # what it asks is parsed
        """The latest loads, newest first."""
        return self.plain({"loads": await read_loads(self.settings, asked.limit, asked.state)})

    @Operation(
        "Load the files that are sent, and answer when everything is applied.",
        _LOADED,
        (400, 413, 415, 422, 503),
        asked=ReadingAsked,
        request_body=uploads.REQUEST_BODY,
    )
    async def post(self, request: Request, asked: ReadingAsked) -> Response:
        """Load the files of a multipart/form-data request."""
        with self.runner.lock():
            async with uploads.received(request, self.settings.max_upload_bytes) as paths:
                return await self.answer(paths, asked.model_dump(exclude_defaults=True))


class PreviewView(LoadsPage):
    """Shows what would come of loading files."""

    view_path = "/loads/preview"

    @Operation(
        "What would come of loading the files that are sent: they are read as a whole, and nothing is published.",
        {200: Preview, 409: Busy},
        (400, 413, 415, 422),
        asked=ReadingAsked,
        request_body=uploads.REQUEST_BODY,
    )
    async def post(self, request: Request, asked: ReadingAsked) -> Response:
        """Read the files of a multipart/form-data request."""
        with self.runner.preview_lock():
            async with uploads.received(request, self.settings.max_upload_bytes) as paths:
                found = await self.runner.preview(paths, asked.model_dump(exclude_defaults=True))
        return self.plain(
            {
                "read": found["read"],
                "accepted": found["published"],
                **{name: found[name] for name in ("rejected", "files", "problems", "notes", "rejects")},
            }
        )


class LoadView(LoadsPage):
    """Tells of one load."""

    view_path = "/loads/{load_id}"

    @Operation(
        "One load: its files, and how far Postgres is.",
        {200: LoadDetails},
        (404, 503),
        access=OWN_NAME,
        path_parameters={"load_id": {"type": "string", "format": "uuid"}},
    )
    async def get(self, request: Request, load_id: str) -> Response:  # noqa: ARG002  # the path says it all
        """Its files, and how far Postgres is."""
        try:
            found = await read_load(self.settings, UUID(load_id))
        except ValueError:
            return self.failed(404, f"{load_id} is not a load's id")
        return self.plain(found) if found else self.failed(404, f"no load {load_id} is known")
