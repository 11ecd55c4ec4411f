"""Files sent by multipart/form-data, streamed to disk."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from models.errors import ExactFeaturesError

_BLOCK = 1024 * 1024
_MAX_NAME = 100


class UploadRefusedError(ExactFeaturesError):
    """What was sent cannot be taken; the message says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        """The answer's HTTP status."""


REQUEST_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
            }
        }
    },
}
"""What is received, as OpenAPI describes it."""


@asynccontextmanager
async def received(request: Any, limit: int) -> AsyncIterator[dict[Path, str]]:  # noqa: ANN401  # aiohttp's request
    """The files of a request and what their sender calls them, in a folder of their own that is removed afterwards.

    Args:
        request: aiohttp's.
        limit: bytes that all of them may have together.

    Raises:
        UploadRefusedError: there is no file, they are too large, or the request is not multipart/form-data.
    """
    if not request.content_type.startswith("multipart/"):
        raise UploadRefusedError(415, "send the files as multipart/form-data: curl -F file=@rows.csv …")
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="upload-"))
    try:
        try:
            paths = await _receive(await request.multipart(), folder, limit)
        except ValueError as error:
            raise UploadRefusedError(400, f"the request is not well-formed multipart/form-data: {error}") from None
        if not paths:
            raise UploadRefusedError(400, "the request holds no file: curl -F file=@rows.csv …")
        yield paths
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _receive(parts: Any, folder: Path, limit: int) -> dict[Path, str]:  # noqa: ANN401  # aiohttp's reader
    files: dict[Path, str] = {}
    left = limit
    async for part in parts:
        if getattr(part, "filename", None) is None:
            continue
        # Two files may have the same name, and a name may be what no file can be called.
        path = folder / str(len(files) + 1)
        with path.open("wb") as file:
            while block := await part.read_chunk(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise UploadRefusedError(
                        413, f"the files are larger than MAX_UPLOAD_BYTES={limit}: load them from a folder"
                    )
                await asyncio.to_thread(file.write, block)
        files[path] = bare_name(part.filename)
    return files


def bare_name(name: str) -> str:
    """The name without any folder, and not too long to be read."""
    return re.split(r"[/\\]", name)[-1][-_MAX_NAME:] or "file.csv"
