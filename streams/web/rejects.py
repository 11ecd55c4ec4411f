"""`/rejects`: the rows that were not stored, as a list and as files to be corrected."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any, ClassVar, cast

from aiohttp.web import FileResponse
from faust.web import Request, Response

from models.errors import ExactFeaturesError
from streams.queries.page import RejectQuery
from streams.queries.single_flight import SingleFlight
from streams.rejects.export import export
from streams.rejects.queries import Choice
from streams.web.json_page import HEADERS, JsonPage, status_of
from streams.web.parameters import ExportAsked, RejectsAsked, asked

MOST_EXPORTED = 10_000
"""Rows of one export; the command `ingest rejects export` has no limit."""


class RejectsView(JsonPage):
    """Lists rejects."""

    found: ClassVar[SingleFlight[RejectQuery, list[dict[str, Any]]]]

    async def get(self, request: Request) -> Response:
        """Rejects, the latest first."""
        if refused := self.refused(request):
            return refused
        try:
            query = asked(RejectsAsked, cast("Any", request).query).query()
            rows = await self.found.get(query)
        except ExactFeaturesError as error:
            return self.failed(status_of(error), error)
        return self.plain({"rejects": rows[: query.limit], "more": len(rows) > query.limit})


class RejectsExportView(JsonPage):
    """The files that `ingest rejects export` writes, in one archive."""

    def __post_init__(self) -> None:
        """One at a time: it takes disk."""
        self._turn = asyncio.Lock()

    async def get(self, request: Request) -> Any:  # noqa: ANN401  # aiohttp's response
        """The archive."""
        if refused := self.refused(request):
            return refused
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="rejects-"))
        try:
            async with self._turn:
                state = asked(ExportAsked, cast("Any", request).query).state
                choice = Choice(state=None if state == "all" else state)
                # On a thread and a loop of its own: many rows would hold up the worker's.
                archive, left_out = await asyncio.to_thread(self._write, choice, folder)
                return await self._send(cast("Any", request), archive, left_out)
        except ExactFeaturesError as error:
            return self.failed(status_of(error), error)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _write(self, choice: Choice, folder: Path) -> tuple[Path, int]:
        written = asyncio.run(export(self.settings, choice, folder / "rejects", MOST_EXPORTED))
        if not written.files:
            raise NothingToExportError("no such rejected row of a file can be exported")
        archive = folder / "rejects.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
            for path in sorted((folder / "rejects").iterdir()):
                members.write(path, path.name)
        return archive, written.left_out.total()

    async def _send(self, request: Any, archive: Path, left_out: int) -> FileResponse:  # noqa: ANN401  # aiohttp's
        response = FileResponse(
            archive,
            headers={
                **HEADERS,
                "Content-Type": "application/zip",
                "Content-Disposition": 'attachment; filename="rejects.zip"',
                "X-Rows-Left-Out": str(left_out),
            },
        )
        # Sent here: the file is gone when this page has answered.
        await response.prepare(request)
        await response.write_eof()
        return response


class NothingToExportError(ExactFeaturesError):
    """There is no row to export."""
