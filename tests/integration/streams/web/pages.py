"""The web pages of a worker, each answer held against /openapi.json."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import aiohttp
import orjson
from jsonschema import Draft202012Validator
from prometheus_client.parser import text_string_to_metric_families
from yarl import URL

from tests.conditions import until
from tests.processes import Worker


class Pages:
    """The pages of one worker."""

    def __init__(self, session: aiohttp.ClientSession, folder: Path, worker: Worker, brokers: str) -> None:
        self.session = session
        self.folder = folder
        self.worker = worker
        self.brokers = brokers
        self.answered: set[tuple[str, str, int]] = set()
        """Path, method and status of every answer that was checked."""
        self._document: dict[str, Any] = {}

    async def ask(self, method: str, page: str | URL, described: str | None = None, **more: object) -> tuple[int, Any]:
        """Status and content of an answer, which must be as it is described."""
        async with self.session.request(method, page, **cast("Any", more)) as response:
            is_json = response.content_type == "application/json"
            # Of bytes the schema says that they are a string.
            found = await response.json() if is_json else (await response.read()).decode("latin-1")
        path = described or str(page).partition("?")[0]
        await self.check(found, path, method, response.status, response.content_type)
        return response.status, found

    async def document(self) -> dict[str, Any]:
        """What /openapi.json says."""
        if not self._document:
            async with self.session.get("/openapi.json") as description:
                self._document = await description.json()
        return self._document

    async def described(self) -> set[tuple[str, str, int]]:
        """Path, method and status of every answer that there is."""
        return {
            (path, method, int(status))
            for path, methods in (await self.document())["paths"].items()
            for method, operation in methods.items()
            for status in operation["responses"]
        }

    async def check(self, found: object, path: str, method: str, status: int, media_type: str) -> None:
        """What was answered must be as it is described."""
        document = await self.document()
        responses = document["paths"][path][method.lower()]["responses"]
        self.answered.add((path, method.lower(), status))
        if "content" not in responses[str(status)]:
            assert not found
            return
        schema = responses[str(status)]["content"][media_type]["schema"]
        Draft202012Validator({**schema, "components": document["components"]}).validate(found)

    async def healthy(self) -> None:
        """Wait until the worker answers and is healthy."""

        async def is_healthy() -> bool:
            try:
                return (await self.ask("GET", "/health"))[0] == 200
            except aiohttp.ClientConnectionError:
                return False

        await until(is_healthy, "the worker is healthy")

    async def metrics(self) -> dict[str, float]:
        """Each sample by its name and its labels' values."""
        async with self.session.get("/metrics") as response:
            assert response.status == 200
            assert response.headers["Content-Type"].startswith("text/plain; version=")
            text = await response.text()
        return {
            " ".join([sample.name, *sample.labels.values()]): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    async def upload(self, *files: tuple[str, bytes]) -> tuple[int, Any]:
        """Load these files, by name and content."""
        form = aiohttp.FormData(quote_fields=False)
        for name, content in files:
            form.add_field("file", content, filename=name, content_type="text/csv")
        return await self.ask("POST", "/loads", data=form)

    @asynccontextmanager
    async def states(self, **more: object) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The states that /events tells, one after the other, each as it is described."""
        async with self.session.get("/events", **cast("Any", more)) as response:
            assert (response.status, response.content_type) == (200, "text/event-stream")
            yield self._states(response.content)

    async def _states(self, content: aiohttp.StreamReader) -> AsyncIterator[dict[str, Any]]:
        while event := await content.readuntil(b"\n\n"):
            if event.startswith(b"data: "):
                state = orjson.loads(event.removeprefix(b"data: "))
                await self.check(state, "/events", "get", 200, "text/event-stream")
                yield state
