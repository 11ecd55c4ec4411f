"""The web pages of loads: `/etl/` loads the configured folder, `/loads` what is sent; and both tell of loads."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

import orjson
from faust.web import Request, Response, View

from models.errors import DatabaseUnreachableError, ExactFeaturesError, KafkaUnreachableError
from streams.load_reading import read_load, read_loads
from streams.loader import BusyError, LoadRunner
from streams.uploads import UploadRefusedError, received
from streams.web_access import UNAUTHORIZED, refusal

if TYPE_CHECKING:
    from models.settings import Settings

log = logging.getLogger(__name__)

_LISTED, _MOST_LISTED = 20, 1000
_STATES = ("publishing", "published", "applied", "failed")


class LoadsPage(View):
    """What the pages of loads share."""

    runner: ClassVar[LoadRunner]
    settings: ClassVar[Settings]

    async def answer(self, paths: Sequence[Path]) -> Response:
        """Load these paths, within a turn, and answer what came of it."""
        return self.plain(await self.runner.run(paths))

    def refused(self, request: Request) -> Response | None:
        """The answer to a request that may change nothing; None: it may."""
        found = refusal(cast("Any", request).headers, self.settings.web_token.get_secret_value())
        if found is None:
            return None
        log.warning("%s: refused: %s", type(self).__name__, found.reason)
        told = {"status": "failed", "error": found.reason}
        headers = {"WWW-Authenticate": "Bearer"} if found.status == UNAUTHORIZED else {}
        return self.json(told, status=found.status, headers=headers)

    def busy(self, error: BusyError) -> Response:
        """The answer while another load runs."""
        load = None if error.load_id is None else str(error.load_id)
        told = {"status": "busy", "error": "a load is running; try again when it is done", "load": load}
        return self.json(told, status=409)

    def failed(self, status: int, error: Exception | str) -> Response:
        """The answer when nothing comes of it."""
        log.warning("%s: %s", type(self).__name__, error)
        return self.json({"status": "failed", "error": str(error)}, status=status)

    def plain(self, data: Mapping[str, Any]) -> Response:
        """An answer of plain data, ids and times as text."""
        return self.json(orjson.loads(orjson.dumps(data, default=str)))


def status_of(error: ExactFeaturesError) -> int:
    """The HTTP status of an error of ours."""
    return 503 if isinstance(error, (KafkaUnreachableError, DatabaseUnreachableError)) else 422


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
            with self.runner.turn():
                return await self.answer([self.settings.data_dir])
        except BusyError as error:
            return self.busy(error)
        except ExactFeaturesError as error:
            return self.failed(status_of(error), error)


class LoadsView(LoadsPage):
    """Lists loads; loads files that are sent."""

    async def get(self, request: Request) -> Response:
        """The latest loads, newest first."""
        limit, state = request.query.get("limit", str(_LISTED)), request.query.get("state")
        if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:9]) <= _MOST_LISTED:
            return self.failed(422, f"limit={limit}: give a number from 1 to {_MOST_LISTED}")
        if state is not None and state not in _STATES:
            return self.failed(422, f"state={state}: give one of {', '.join(_STATES)}")
        try:
            return self.plain({"loads": await read_loads(self.settings, int(limit), state)})
        except ExactFeaturesError as error:
            return self.failed(status_of(error), error)

    async def post(self, request: Request) -> Response:
        """Load the files of a multipart/form-data request."""
        if refused := self.refused(request):
            return refused
        try:
            with self.runner.turn():
                async with received(request, self.settings.max_upload_bytes) as paths:
                    return await self.answer(paths)
        except BusyError as error:
            return self.busy(error)
        except UploadRefusedError as error:
            return self.failed(error.status, error)
        except ExactFeaturesError as error:
            return self.failed(status_of(error), error)


class LoadView(LoadsPage):
    """Tells of one load."""

    async def get(self, request: Request, load_id: str) -> Response:  # noqa: ARG002  # the id says it all
        """Its files, and how far Postgres is."""
        try:
            found = await read_load(self.settings, UUID(load_id))
        except ValueError:
            return self.failed(404, f"{load_id} is no load's id")
        except ExactFeaturesError as error:
            return self.failed(status_of(error), error)
        return self.plain(found) if found else self.failed(404, f"no load {load_id} is known")
