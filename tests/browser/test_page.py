"""The page in a real Chromium, on a real worker, Kafka and Postgres."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Site

SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(2)>"
GREATEST = 2**63 - 1
USERS = "user_id,name,email,signup_date\n" + "".join(
    f"{number},{name},,2024-01-01\n"
    for number, name in [*((number, f"User {number:02}") for number in range(1, 26)), (30, SCRIPT), (GREATEST, "Zoë")]
)
BAD = f"user_id,name,email,signup_date\n{IMAGE},Bo,,2024-01-01\n"
COMPOUNDS = f"compound_id,compound_name,compound_structure\n7,{IMAGE},H2O\n"
EXPERIMENTS = "experiment_id,user_id,experiment_compound_ids,experiment_run_time\n" + "".join(
    f"{number},{user},{compound},{number}.5\n"
    for number, (user, compound) in enumerate([(1, 7), (1, 7), (1, 7), (2, 8), (GREATEST, 7)], start=1)
)
KEY_TEXT = "async (key) => (await import('/page/dom.js')).keyText(key)"
PATIENCE = 30_000
"""Milliseconds that rows may take to be shown."""

expect.set_options(timeout=PATIENCE)


@pytest.fixture
async def looked_at(site: Site, page: Page) -> Page:
    await page.goto(site.address)
    await expect(page.locator("[data-health=kafka]")).to_have_text("Kafka ok")
    return page


@pytest.fixture(scope="module")
async def loaded(site: Site, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file whose name is markup, loaded by the command; others, chosen and loaded with the keyboard."""
    folder = tmp_path_factory.mktemp("files")
    (folder / f"{IMAGE}.csv").write_text(BAD)
    assert (await site.stack.load(folder)).returncode == 1, "its row is rejected"
    for name, content in (("users", USERS), ("compounds", COMPOUNDS), ("experiments", EXPERIMENTS)):
        (folder / f"{name}.csv").write_text(content)
    page = await browser.new_page()
    await page.goto(site.address)
    await page.locator("#files").set_input_files(sorted(folder.iterdir()))
    await expect(page.locator("#chosen li").first).to_contain_text(IMAGE)
    await page.locator("#files").focus()
    for _ in ("how they are read", "preview"):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    outcome = page.locator("#outcome")
    await expect(outcome).to_contain_text("34 rows read, 33 would be loaded, 1 rejected. Nothing is published yet.")
    await expect(outcome).to_contain_text(f'.csv:2: user_id: "{IMAGE}" is not a whole number')
    await expect(outcome.locator("details")).to_have_count(4)
    await expect(page.locator("#load")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#outcome")).to_contain_text("34 rows read, 33 published, 1 rejected")
    await page.close()


@pytest.mark.usefixtures("loaded")
async def test_what_was_loaded_is_shown_and_markup_in_it_is_text(looked_at: Page) -> None:
    page = looked_at
    await expect(page.locator("[data-card=experiments]")).to_have_text("5")
    await expect(page.locator("[data-card=users]")).to_have_text("27")
    await expect(page.locator("#loads tr").first).to_contain_text("applied")
    await expect(page.locator("#loads tr").last).to_contain_text(f"{IMAGE}.csv")
    await expect(page.locator("#rejects tr").last).to_contain_text(f"{IMAGE}.csv:2")
    await expect(page.locator("#rejects tr").first).to_contain_text(IMAGE)
    await expect(page.locator("#rejects tr").first).to_contain_text("is not a whole number")
    await expect(page.locator("#partitions tr")).to_have_count(20)
    await expect(page.locator("section[id='user_features.top_compound_id'] tbody tr").first).to_contain_text(IMAGE)
    await expect(page.locator("#report tr").nth(1)).to_contain_text("8 (unknown)")
    await expect(page.locator("#throughput")).to_have_attribute("aria-label", re.compile("at most [1-9]"))
    assert await page.locator("main img, main script").count() == 0


@pytest.mark.usefixtures("loaded")
async def test_the_report_is_searched_sorted_and_turned_with_the_keyboard(looked_at: Page) -> None:
    page = looked_at
    rows = page.locator("#report tr")
    await expect(rows).to_have_count(20)
    await page.locator("#report-next").press("Enter")
    await expect(page.locator("#report-place")).to_have_text("21 to 27")
    # Greater than what a number of JavaScript holds.
    await expect(rows.last).to_contain_text(str(GREATEST))
    await page.locator("#report-back").press("Enter")
    await expect(page.locator("#report-place")).to_have_text("1 to 20")

    head = page.locator("[data-sort=total_experiments]")
    await head.locator("button").press("Enter")
    await expect(head).to_have_attribute("aria-sort", "descending")
    await expect(rows.first).to_contain_text("User 01")
    await expect(rows.first).to_contain_text("2.5")
    await head.locator("button").press("Space")
    await expect(head).to_have_attribute("aria-sort", "ascending")
    await expect(rows.first).to_contain_text("User 03")

    await page.locator("#search").fill("<SCRIPT")
    await page.keyboard.press("Enter")
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_contain_text(SCRIPT)
    await page.locator("#search").fill(str(GREATEST))
    await page.keyboard.press("Enter")
    await expect(rows.first).to_contain_text("Zoë")
    await page.locator("#search").fill("nobody")
    await page.keyboard.press("Enter")
    await expect(rows.first).to_have_text("Nothing is found.")


@pytest.mark.usefixtures("loaded")
async def test_a_group_is_opened_down_to_where_its_rows_are_from_with_the_keyboard(looked_at: Page) -> None:
    page = looked_at
    await page.locator("#search").fill("User 01")
    await page.keyboard.press("Enter")
    await expect(page.locator("#report tr")).to_have_count(1)
    await page.locator("#report .link").press("Enter")
    await expect(page.locator("#group-title")).to_be_focused()
    await expect(page.locator("#group-title")).to_have_text("1 · User 01")
    await expect(page.locator("#group-features")).to_contain_text(IMAGE)
    await expect(page.locator("#group-rows tr")).to_have_count(3)
    await expect(page.locator("#group-rows tr").first).to_contain_text("experiments.csv:4")
    await expect(page.locator("#group-place")).to_have_text("1 to 3 of 3 rows, the newest first")
    await page.locator("#group-rows .link").first.press("Enter")
    await expect(page.locator("#history-title")).to_be_focused()
    await expect(page.locator("#history-title")).to_have_text("Row 3 of experiments")
    await expect(page.locator("#history-rows tr")).to_have_count(1)
    await expect(page.locator("#history-rows tr")).to_contain_text("stored")
    await page.locator("#group-close").press("Enter")
    await expect(page.locator("#group")).to_be_hidden()


@pytest.mark.usefixtures("loaded")
async def test_distributions_reasons_and_the_declaration_are_shown(looked_at: Page) -> None:
    page = looked_at
    await page.locator("#distribution-column").select_option("total_experiments")
    await expect(page.locator("#distribution")).to_have_attribute("aria-label", re.compile("2 of 3 groups have 1,"))
    await expect(page.locator("#distribution rect")).to_have_count(3)
    await page.locator("#distribution-column").select_option("average_run_time")
    await expect(page.locator("#distribution")).to_have_attribute("aria-label", re.compile("of average run time"))
    await expect(page.locator("#reject-codes tr").first).to_contain_text("bad id")
    await expect(page.locator("#lag")).to_have_attribute("aria-label", re.compile("now 0"))
    await page.locator("#declaration summary", has_text="Features: user features").press("Enter")
    await expect(page.locator("#declaration")).to_contain_text("most common value of experiment_compound_ids")


@pytest.mark.usefixtures("loaded")
async def test_a_file_that_cannot_be_read_says_why_and_how_it_can(looked_at: Page) -> None:
    page = looked_at
    await page.locator("#files").set_input_files(
        {"name": "a.bin", "mimeType": "application/x", "buffer": b"\x7fELF\x00\x01\xff"}
    )
    await page.locator("#preview").click()
    await expect(page.locator("#outcome")).to_contain_text("Cannot be loaded: a.bin: is not text")
    renamed = b"user_id,name,E-Mail,signup_date\n1,User 01,,2024-01-01\n"
    await page.locator("#files").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": renamed})
    await page.locator("#preview").click()
    await expect(page.locator("#outcome")).to_contain_text("--columns E-Mail=email")
    await page.locator("#reading summary").click()
    await page.locator("#reading [name=columns]").fill("E-Mail=email")
    await page.locator("#preview").click()
    await expect(page.locator("#outcome")).to_contain_text("1 row read, 1 would be loaded, 0 rejected")
    await expect(page.locator("#outcome tr", has_text="E-Mail")).to_contain_text("email")


@pytest.mark.usefixtures("loaded")
async def test_everything_can_be_reached_with_the_tabulator(looked_at: Page) -> None:
    page = looked_at
    await expect(page.locator("#report tr")).to_have_count(20)
    await page.locator("#files").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"a"})
    await page.locator("h1").click()
    reached: set[str] = set()
    for _ in range(150):
        await page.keyboard.press("Tab")
        reached.add(
            await page.evaluate(
                "document.activeElement.id || document.activeElement.closest('[data-sort]')?.dataset.sort || ''"
            )
        )
    assert {"files", "preview", "load", "reject-state", "export", "search", "report-next"} <= reached
    assert "distribution-column" in reached
    assert {"user_id", "_label", "total_experiments", "average_run_time", "top_compound_id"} <= reached


@pytest.mark.usefixtures("loaded")
async def test_rejects_are_chosen_and_exported(looked_at: Page, tmp_path: Path) -> None:
    page = looked_at
    await expect(page.locator("#rejects tr").first).to_contain_text("open")
    async with page.expect_download() as download:
        await page.locator("#export").press("Enter")
    await (await download.value).save_as(tmp_path / "rejects.zip")
    with zipfile.ZipFile(tmp_path / "rejects.zip") as archive:
        found = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".csv")]
    assert found == [BAD, BAD]
    await page.locator("#reject-state").select_option("resolved")
    await expect(page.locator("#rejects tr").first).to_have_text("There is no such row.")
    await page.locator("#export").click()
    await expect(page.locator("#rejects-note")).to_have_text("no such rejected row of a file can be exported")


@pytest.mark.usefixtures("loaded")
async def test_files_that_are_dropped_are_loaded(looked_at: Page) -> None:
    page = looked_at
    transfer = await page.evaluate_handle(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(["user_id,name,email,signup_date\\n1,User 01,,2024-01-01\\n"], "dropped.csv"));
            return transfer;
        }"""
    )
    await page.dispatch_event("#upload", "drop", {"dataTransfer": transfer})
    await expect(page.locator("#chosen li")).to_contain_text("dropped.csv")
    await expect(page.locator("#preview")).to_be_focused()
    await page.locator("#load").press("Enter")
    await expect(page.locator("#outcome")).to_contain_text("Loaded: 1 row read, 1 published, 0 rejected")
    await expect(page.locator("#loads tr").first).to_contain_text("dropped.csv")
    await expect(page.locator("#load")).to_be_disabled()


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_nothing_stands_in_the_way_of_anybody(looked_at: Page, scheme: str, width: int) -> None:
    page = looked_at
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_viewport_size({"width": width, "height": 800})
    await expect(page.locator("#report tr")).to_have_count(20)
    await expect(page.locator("#charts .bars rect").first).to_be_attached()
    await page.locator("#report .link").first.click()
    await page.locator("#group-rows .link").first.click()
    await expect(page.locator("#history-rows tr").first).to_contain_text("stored")
    await expect(page.locator("#distribution rect").first).to_be_attached()
    await expect(page.locator("#declaration details").first).to_be_attached()
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.usefixtures("loaded")
async def test_a_column_that_is_being_filled_is_marked_until_it_is_complete(site: Site, looked_at: Page) -> None:
    page = looked_at
    head, note = page.locator("[data-sort=total_run_time]"), page.locator("#report-filling")
    declared = page.locator("#declaration details", has_text="Features: user features")
    await expect(head).to_have_text("total run time")
    await expect(note).to_be_hidden()
    await site.stack.fetch(
        "INSERT INTO model_fills (feature_table, columns, groups, filled) VALUES "
        "('user_features', '{total_run_time,tied_compound_ids}', 3, 2)"
    )
    try:
        await expect(head).to_have_text("total run time 66 % filled")
        await expect(page.locator("[data-sort=total_compounds]")).to_have_text("total compounds")
        await expect(note).to_contain_text("total run time, tied compound ids. A value that is shown is right.")
        await declared.locator("summary").click()
        await expect(declared.locator("[data-columns~=tied_compound_ids]")).to_contain_text("66 % filled")
        await expect(declared.locator("p.filling")).to_contain_text("An empty one may just not be filled yet.")
        # It stays when the heads are made again.
        await page.reload()
        await expect(head).to_have_text("total run time 66 % filled")
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    finally:
        await site.stack.fetch("UPDATE model_fills SET ended_at = now()")
    await expect(head).to_have_text("total run time")
    await expect(note).to_be_hidden()


async def test_the_page_finds_the_worker_again(site: Site, looked_at: Page) -> None:
    page = looked_at
    health = page.locator("[data-health=page]")
    await expect(health).to_have_text("Live ok")
    site.stack.workers[-1].stop()
    await expect(health).to_contain_text("reconnecting…")
    await expect(page.locator("[data-health=kafka]")).to_have_text("Kafka unknown")
    await site.start().ready()
    await expect(health).to_have_text("Live ok")
    await expect(page.locator("[data-health=kafka]")).to_have_text("Kafka ok")


async def test_keys_and_moments_are_shown_as_people_read_them(looked_at: Page) -> None:
    key = r'["O-1, \"a\"",12345678901234567890,"2024-01-08T13:58:18.5Z"]'
    assert await looked_at.evaluate(KEY_TEXT, key) == 'O-1, "a" · 12345678901234567890 · 2024-01-08 13:58:18.5'
    assert await looked_at.evaluate(KEY_TEXT, "7") == "7"
    assert await looked_at.evaluate(KEY_TEXT, '["2024-01-08T13:58:10.500000+00:00"]') == "2024-01-08 13:58:10.5"
    assert await looked_at.evaluate(KEY_TEXT, '["2024-01-08T13:58:10Z"]') == "2024-01-08 13:58:10"
