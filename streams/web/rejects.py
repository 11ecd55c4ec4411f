"""`/rejects`: the rows that were not stored, as a list and as files to be corrected."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any, ClassVar, cast

from aiohttp.abc import AbstractStreamWriter
from aiohttp.web import BaseRequest, FileResponse
from faust.web import Request, Response

from models.errors import ExactFeaturesError
from streams.queries.page import RejectQuery
from streams.queries.single_flight import SingleFlight
from streams.rejects.export import export
from streams.rejects.queries import Choice
from streams.web.operations import HEADERS, Operation, Page
from streams.web.page_answers import Archive, RejectList
from streams.web.parameters import ExportAsked, RejectsAsked

MOST_EXPORTED = 10_000
"""Rows of one export; the command `ingest rejects export` has no limit."""


class RejectsView(Page):
    """Lists rejects."""

    view_path = "/rejects"
    found: ClassVar[SingleFlight[RejectQuery, list[dict[str, Any]]]]

    @Operation("Rejected rows, the latest first.", {200: RejectList}, (422, 503), asked=RejectsAsked)
    async def get(self, request: Request, asked: RejectsAsked) -> Response:  # noqa: ARG002  # what it asks is parsed
        """Rejects, the latest first."""
        rows = await self.found.get(asked.query())
        return self.plain({"rejects": rows[: asked.limit], "more": len(rows) > asked.limit})


class RejectsExportView(Page):
    """The files that `ingest rejects export` writes, in one archive."""

    view_path = "/rejects/export"

    def __post_init__(self) -> None:
        """One at a time: it takes disk."""
        self._turn = asyncio.Lock()

    @Operation(
        "Rejected rows as CSV files to be corrected, in one archive.",
        {200: Archive},
        (422, 503),
        asked=ExportAsked,
        media_type="application/zip",
    )
    async def get(self, request: Request, asked: ExportAsked) -> Any:  # noqa: ANN401  # aiohttp's response
        """The archive."""
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="rejects-"))
        try:
            async with self._turn:
                choice = Choice(state=None if asked.state == "all" else asked.state)
                # On a thread and a loop of its own: many rows would hold up the worker's.
                archive, left_out = await asyncio.to_thread(self._write, choice, folder)
                return await self._send(cast("Any", request), archive, left_out)
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
        response = _SentFile(
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


class _SentFile(FileResponse):
    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """As aiohttp's, but once: aiohttp prepares what a page returns again, and by then the file is gone."""
        return None if self.prepared else await super().prepare(request)


class NothingToExportError(ExactFeaturesError):
    """There is no row to export."""
