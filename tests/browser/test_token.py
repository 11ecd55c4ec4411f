"""The page of a worker that has a token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from embedded.cluster import Cluster
from embedded.ports import free_ports
from tests.blank_world import blank_world
from tests.browser.conftest import Site

TOKEN = "0123456789abcdef"  # noqa: S105  # of this test's worker


@pytest.fixture
async def guarded(
    browser: Browser,  # noqa: ARG001  # without one nothing is to be started
    cluster: Cluster,
    tmp_path: Path,
) -> AsyncIterator[Site]:
    async with blank_world(cluster, tmp_path) as stack:
        [port] = free_ports(1)
        found = Site(stack, port, {"WEB_TOKEN": TOKEN})
        await found.start().ready()
        yield found


async def test_the_token_is_asked_for_and_kept_in_the_tab_only(
    guarded: Site, page: Page, context: BrowserContext, tmp_path: Path
) -> None:
    await page.goto(guarded.address)
    await expect(page.locator("#token-form")).to_be_visible()
    await expect(page.locator("#token")).to_be_focused()
    await page.keyboard.type(TOKEN[:-1] + "0")
    await page.keyboard.press("Enter")
    await expect(page.locator("#token-note")).to_have_text("That was not the worker's token.")
    await expect(page.locator("#token")).to_be_focused()
    await page.keyboard.type(TOKEN)
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-health=kafka]")).to_have_text("Kafka ok", timeout=30_000)
    await expect(page.locator("#token-form")).to_be_hidden()

    file = tmp_path / "users.csv"
    file.write_text("user_id,name,email,signup_date\n1,Ada,,2024-01-01\n")
    await page.locator("#files").set_input_files(file)
    await page.locator("#load").click()
    await expect(page.locator("#outcome")).to_contain_text("1 row read, 1 published", timeout=30_000)

    assert await page.evaluate("Object.values(sessionStorage)") == [TOKEN]
    assert await page.evaluate("localStorage.length") == 0
    assert await context.cookies() == []
    assert TOKEN not in page.url
    await page.reload()
    await expect(page.locator("[data-health=kafka]")).to_have_text("Kafka ok", timeout=30_000)
    # Another tab has to be given it.
    other = await context.new_page()
    await other.goto(guarded.address)
    await expect(other.locator("#token-form")).to_be_visible()
