"""A real Chromium, where there is one, and a real worker to look at."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Playwright, async_playwright

from embedded.cluster import Cluster
from embedded.ports import LOOPBACK, free_ports
from tests.blank_world import blank_world
from tests.processes import Stack, Worker

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=_chromium(playwright),
            # Its sandbox refuses to run as root.
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        yield started
        await started.close()


def _chromium(playwright: Playwright) -> str:
    for found in (os.environ.get("CHROMIUM"), playwright.chromium.executable_path, *map(shutil.which, NAMES)):
        if found and Path(found).is_file():
            return found
    pytest.skip("no Chromium here: apt-get install chromium, or playwright install chromium, or name it by CHROMIUM=")


@dataclass
class Site:
    """A worker and its address."""

    stack: Stack
    port: int
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/"

    def start(self) -> Worker:
        return self.stack.start_worker(web=True, WEB_PORT=str(self.port), **self.variables)


@pytest.fixture(scope="module")
async def site(
    browser: Browser,  # noqa: ARG001  # without one nothing is to be started
    cluster: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Site]:
    """A worker without a token, for all tests of a module."""
    async with blank_world(cluster, tmp_path_factory.mktemp("site")) as stack:
        [port] = free_ports(1)
        found = Site(stack, port)
        await found.start().ready()
        yield found


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser as it is new: no storage, no cookie."""
    opened = await browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield opened
    await opened.close()


@pytest.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A tab in which no script of another may run, nothing may be against the policy, and no error may be left."""
    complaints: list[str] = []
    opened = await context.new_page()
    opened.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    opened.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    opened.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    opened.on(
        "request",
        lambda request: (
            complaints.append(f"asked {request.url}")
            if not request.url.startswith((f"http://{LOOPBACK}:", "blob:"))
            else None
        ),
    )
    yield opened
    assert complaints == []
