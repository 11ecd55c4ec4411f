"""The web pages of loads: `/etl/` loads the configured folder, `/loads` what is sent; and both tell of loads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, cast
from uuid import UUID

from faust.web import Request, Response

from models.errors import ExactFeaturesError
from streams.loads.queries import STATES, read_load, read_loads
from streams.loads.runner import BusyError, LoadRunner
from streams.web.json_page import JsonPage, status_of
from streams.web.parameters import ReadingAsked
from streams.web.uploads import UploadRefusedError, received

_LISTED, _MOST_LISTED = 20, 1000


class LoadsPage(JsonPage):
    """What the pages of loads share."""

    runner: ClassVar[LoadRunner]

    async def answer(self, paths: Sequence[Path], reading: Mapping[str, Any] | None = None) -> Response:
        """Load these paths, within a turn, and answer what came of it."""
        return self.plain(await self.runner.run(paths, reading or {}))

    def busy(self, error: BusyError) -> Response:
        """The answer while another load runs."""
        load = None if error.load_id is None else str(error.load_id)
        told = {"status": "busy", "error": "a load is running; try again when it is done", "load": load}
        return self.json(told, status=409)


class EtlView(LoadsPage):
    """Loads the folder DATA_DIR and answers when everything is applied."""

    async def get(self, request: Request) -> Response:
        """Load, as the batch service before us did on GET."""
        return await self.post(request)

    async def post(self, request: Request) -> Response:
        """Load."""
        if refused := self.refused(request):
            return refused
        try:
            with self.runner.lock():
                return await self.answer([self.settings.data_dir])
        except BusyError as error:
            return self.busy(error)
        except ExactFeaturesError as error:
            return self.failed(status_of(error), error)


class LoadsView(LoadsPage):
    """Lists loads; loads files that are sent."""

    async def get(self, request: Request) -> Response:
        """The latest loads, newest first."""
        if refused := self.refused_by_name(request):
            return refused
        limit, state = request.query.get("limit", str(_LISTED)), request.query.get("state")
        if not re.fullmatch("[0-9]{1,4}", limit) or not 1 <= int(limit) <= _MOST_LISTED:
            return self.failed(422, f"limit={limit}: give a number from 1 to {_MOST_LISTED}")
        if state is not None and state not in STATES:
            return self.failed(422, f"state={state}: give one of {', '.join(STATES)}")
        try:
            return self.plain({"loads": await read_loads(self.settings, int(limit), state)})
        except ExactFeaturesError as error:
            return self.failed(status_of(error), error)

    async def post(self, request: Request) -> Response:
        """Load the files of a multipart/form-data request."""
        if refused := self.refused(request):
            return refused
        try:
            reading = ReadingAsked.of(cast("Any", request).query).model_dump(exclude_defaults=True)
            with self.runner.lock():
                async with received(request, self.settings.max_upload_bytes) as paths:
                    return await self.answer(paths, reading)
        except BusyError as error:
            return self.busy(error)
        except UploadRefusedError as error:
            return self.failed(error.status, error)
        except ExactFeaturesError as error:
            return self.failed(status_of(error), error)


class LoadView(LoadsPage):
    """Tells of one load."""

    async def get(self, request: Request, load_id: str) -> Response:
        """Its files, and how far Postgres is."""
        if refused := self.refused_by_name(request):
            return refused
        try:
            found = await read_load(self.settings, UUID(load_id))
        except ValueError:
            return self.failed(404, f"{load_id} is not a load's id")
        except ExactFeaturesError as error:
            return self.failed(status_of(error), error)
        return self.plain(found) if found else self.failed(404, f"no load {load_id} is known")
