"""Loads started from the web, one at a time."""

from __future__ import annotations

import asyncio
import importlib
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from models.errors import ExactFeaturesError, SettingsError

if TYPE_CHECKING:
    from models.settings.environment import Settings

APPLIED_WITHIN = 600.0
"""Seconds that a load started from the web may take to be applied."""


class LoadReport(Protocol):
    """What the loader reports."""

    def as_dict(self) -> dict[str, Any]:
        """As the members of a JSON object: load, read, published, rejected, rejects, problems, applied and more."""


Loader = Callable[..., Awaitable[LoadReport]]
Paths = Sequence[Path] | Mapping[Path, str]


class BusyError(ExactFeaturesError):
    """Another load is running already, or another preview is being made."""

    def __init__(self, load_id: UUID | None, reason: str = "a load is running; try again when it is done") -> None:
        super().__init__(reason)
        self.load_id = load_id
        """None if it has just been asked for and has no id yet."""


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


class LoadRunner:
    """Runs the loader, on a thread of its own: reading files would hold up the worker's event loop."""

    def __init__(self, settings: Settings) -> None:
        """Find the loader.

        Raises:
            SettingsError: LOADER names no function.
        """
        self._loader = resolve_loader(settings.loader)
        self._settings = settings
        self._lock = threading.Lock()
        self._previewing = threading.Lock()
        self._running: UUID | None = None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold off other loads.

        Raises:
            BusyError: one is running.
        """
        if not self._lock.acquire(blocking=False):
            raise BusyError(self._running)
        try:
            yield
        finally:
            self._running = None
            self._lock.release()

    async def run(self, paths: Paths, reading: Mapping[str, Any]) -> Mapping[str, Any]:
        """Load these paths and wait until they are applied; to be called within `lock`.

        Args:
            paths: of files and folders; or by path, what files that were sent are called.
            reading: how they are to be read, by the names that the loader takes.

        Raises:
            ExactFeaturesError: what the loader raises.
        """
        report = await asyncio.to_thread(self._run_in_own_loop, paths, reading)
        return {"status": _outcome(report), **report}

    @contextmanager
    def preview_lock(self) -> Iterator[None]:
        """Hold off other previews, not loads.

        Raises:
            BusyError: one is being made.
        """
        if not self._previewing.acquire(blocking=False):
            raise BusyError(None, "another preview is being made; try again when it is done")
        try:
            yield
        finally:
            self._previewing.release()

    async def preview(self, paths: Paths, reading: Mapping[str, Any]) -> Mapping[str, Any]:
        """What would come of loading these files: they are read and judged as a whole, and nothing is published.

        To be called within `preview_lock`.

        Raises:
            ExactFeaturesError: what the loader raises.
        """
        report = await asyncio.to_thread(lambda: asyncio.run(self._preview(paths, reading)))
        return report.as_dict()

    async def _preview(self, paths: Paths, reading: Mapping[str, Any]) -> LoadReport:
        return await self._loader(paths, self._settings, reading=reading, dry_run=True)

    def _run_in_own_loop(self, paths: Paths, reading: Mapping[str, Any]) -> Mapping[str, Any]:
        async def run() -> LoadReport:
            return await self._loader(
                paths, self._settings, wait_timeout=APPLIED_WITHIN, on_start=self._note, reading=reading
            )

        return asyncio.run(run()).as_dict()

    def _note(self, load_id: UUID) -> None:
        self._running = load_id


def _outcome(report: Mapping[str, Any]) -> str:
    if not report["applied"]:
        return "failed"
    return "partial" if report["rejected"] or report["problems"] else "success"
