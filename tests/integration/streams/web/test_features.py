"""`/features` of a real worker: the lab's one table, and the shop's, whose keys are texts and arrays."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import asyncpg
import pytest
from yarl import URL

from embedded.ports import LOOPBACK, free_ports
from streams.reader import FeatureReader
from tests.conditions import until
from tests.fenced_blocks import ROOT
from tests.integration.streams.web.pages import Pages
from tests.processes import Stack

ONE, SEVERAL = "/features/{table}/{key}", "/features/{table}"
EXPERIMENTS = "experiment_id,user_id,experiment_compound_ids,experiment_run_time\n"
LINES = "order_no,line,customer_email,sku,quantity,unit_price,paid,ordered_at\n"
ODD = 'a/b %2F?#é"@example.org'


@asynccontextmanager
async def served(stack: Stack, folder: Path) -> AsyncIterator[Pages]:
    [port] = free_ports(1)
    worker = stack.start_worker(web=True, WEB_PORT=str(port))
    async with aiohttp.ClientSession(f"http://{LOOPBACK}:{port}") as session:
        pages = Pages(session, folder, worker, stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
        await pages.healthy()
        yield pages


async def load(stack: Stack, path: Path, text: str, *, wait: bool = True) -> None:
    await asyncio.to_thread(path.write_text, text)
    loaded = await stack.load(path, wait=wait)
    assert loaded.returncode == 0, loaded.stderr


async def exactly(pages: Pages, page: str) -> dict[str, Any]:
    """An answer whose numbers have all their digits."""
    async with pages.session.get(page) as response:
        assert response.status == 200, await response.text()
        found: dict[str, Any] = json.loads(await response.read(), parse_float=Decimal)
        return found


async def test_a_group_is_answered_until_something_of_its_rows_waits(stack: Stack, tmp_path: Path) -> None:
    path = tmp_path / "experiments.csv"
    async with served(stack, tmp_path) as pages:
        await load(stack, path, EXPERIMENTS + "1,7,3;4,1.1\n2,7,4,2.25\n")
        found = await exactly(pages, "/features/user_features/7")
        [row] = await stack.fetch("SELECT version FROM user_features")
        assert found.pop("updated_at").endswith("Z")
        assert found == {
            "table": "user_features",
            "waiting": False,
            "incomplete": [],
            "key": {"user_id": 7},
            "features": {
                "total_experiments": 2,
                "total_run_time": Decimal("3.35"),
                "average_run_time": Decimal("1.675"),
                "total_compounds": 3,
                "top_compound_id": 4,
                "top_compound_count": 2,
                "tied_compound_ids": [4],
            },
            "version": row["version"],
        }
        async with pages.session.get("/features/user_features/7") as response:
            assert response.headers["Cache-Control"] == "no-cache"
            seen = response.headers["ETag"]
        assert await status(pages, "/features/user_features/7", {"If-None-Match": f'"another", W/{seen}'}) == (
            304,
            seen,
        )

        # The worker cannot write, so what is published waits.
        blocker = await asyncpg.connect(stack.environment["DATABASE_URL"])
        async with blocker.transaction():
            await blocker.execute("LOCK TABLE experiments IN EXCLUSIVE MODE")
            await load(stack, path, EXPERIMENTS + "3,7,3,1\n4,8,3,1\n", wait=False)

            async def is_waiting() -> bool:
                found = await exactly(pages, "/features/user_features/7")
                assert found["version"] == row["version"]
                return bool(found["waiting"])

            # What Kafka holds is asked for once a second.
            await until(is_waiting, "a record waits")
            code, other = await status(pages, "/features/user_features/7", {"If-None-Match": seen})
            assert (code, other) != (304, seen)
            # It may be of the group that is not there yet.
            code, answer = await pages.ask("GET", "/features/user_features/8", ONE)
            assert code == 404
            assert answer["error"] == "user_features has no group 8, but records of experiments wait to be applied"
            async with FeatureReader(stack.environment["DATABASE_URL"]) as reader:
                group = await reader.get("user_features", 7)
                # The load's own report is not applied: Postgres does not know of it.
                assert group is not None
                assert group.version == row["version"]
        await blocker.close()

        async def is_applied() -> bool:
            found = await exactly(pages, "/features/user_features/7")
            return bool(not found["waiting"] and found["features"]["total_experiments"] == 3)

        await until(is_applied, "what waited is applied")
        assert await status(pages, "/features/user_features/7", {"If-None-Match": seen}) != (304, seen)


async def test_a_column_that_is_being_filled_is_named_and_each_step_of_it_is_another_answer(
    stack: Stack, tmp_path: Path
) -> None:
    incomplete = ["total_run_time"]
    seen = set()
    async with served(stack, tmp_path) as pages:
        await load(stack, tmp_path / "experiments.csv", EXPERIMENTS + "1,7,3;4,1.1\n")
        [row] = await stack.fetch("SELECT version FROM user_features")
        await stack.fetch("ALTER TABLE user_features ALTER COLUMN total_run_time DROP NOT NULL")
        for step, named, value in (
            ("SELECT", [], 1.1),
            (
                "INSERT INTO model_fills (feature_table, columns, groups) VALUES ('user_features', $1, 1)",
                incomplete,
                1.1,
            ),
            ("UPDATE user_features SET total_run_time = NULL", incomplete, None),
            # A step of the filling leaves the version.
            ("UPDATE user_features SET total_run_time = 1.1, updated_at = now()", incomplete, 1.1),
            ("UPDATE model_fills SET ended_at = now()", [], 1.1),
        ):
            await stack.fetch(step, *[incomplete] * step.count("$1"))
            code, answer = await pages.ask("GET", "/features/user_features/7", ONE)
            assert (code, answer["incomplete"], answer["features"]["total_run_time"]) == (200, named, value)
            assert answer["version"] == row["version"]
            code, many = await pages.ask("POST", "/features/user_features", SEVERAL, json={"keys": [7, 8]})
            assert (code, many["incomplete"], many["groups"][0]["features"]) == (200, named, answer["features"])
            async with FeatureReader(stack.environment["DATABASE_URL"]) as reader:
                group = await reader.get("user_features", 7)
                [same] = [found async for found in reader.iterate("user_features")]
            assert group == same
            assert group is not None
            assert group.incomplete == named
            _, tag = await status(pages, "/features/user_features/7", {})
            seen.add(tag)
    assert len(seen) == 5


async def status(pages: Pages, page: str, headers: dict[str, str]) -> tuple[int, str]:
    async with pages.session.get(page, headers=headers) as response:
        return response.status, response.headers["ETag"]


@pytest.fixture
async def shop(stack: Stack, tmp_path: Path) -> AsyncIterator[Pages]:
    stack.environment["MODEL"] = str(ROOT / "examples" / "shop.py")
    async with served(stack, tmp_path) as pages:
        odd = '"' + ODD.replace('"', '""') + '"'
        await load(
            stack,
            tmp_path / "order_lines.csv",
            LINES
            + "A-1,1,ada@example.org,TEA,2,10.50,yes,2024-03-01 09:30\n"
            + "A-1,2,ada@example.org,CUP,1,3.00,no,2024-03-31T23:59:59.5Z\n"
            + f"A-2,1,{odd},TEA,1,1.10,yes,2024-04-01T00:30:00+01:00\n",
        )
        yield pages


async def test_a_text_stands_in_the_path_with_all_its_characters(shop: Pages) -> None:
    found = await exactly(shop, f"/features/customer_features/{quote('ada@example.org')}")
    assert found["features"]["revenue"] == 21
    assert found["features"]["first_order"] == "2024-03-01T09:30:00Z"
    code, odd = await shop.ask("GET", URL(f"/features/customer_features/{quote(ODD, safe='')}", encoded=True), ONE)
    assert (code, odd["key"]) == (200, {"customer_email": ODD})
    code, answer = await shop.ask("GET", "/features/customer_features/nobody", ONE)
    assert (code, answer["error"]) == (404, "customer_features has no group nobody")
    code, answer = await shop.ask("GET", URL("/features/customer_features/%FF", encoded=True), ONE)
    assert (code, "is not UTF-8" in answer["error"]) == (422, True)


async def test_a_key_of_several_columns_has_a_segment_for_each(shop: Pages) -> None:
    found = await exactly(shop, "/features/customer_months/ada@example.org/2024-03-01")
    assert found["key"] == {"customer_email": "ada@example.org", "ordered_at_month": "2024-03-01"}
    assert found["features"] == {"order_lines": 2, "revenue": 21}
    for page, error in (
        ("ada@example.org", "has 2 values (customer_email, ordered_at_month), this one has 1"),
        ("ada@example.org/2024-03", "ordered_at_month is not a date"),
    ):
        code, answer = await shop.ask("GET", f"/features/customer_months/{page}", ONE)
        assert code == 422
        assert error in answer["error"]


async def test_several_groups_come_in_the_order_of_their_keys(shop: Pages) -> None:
    keys = [["nobody", "2024-03-01"], [ODD, "2024-03-01"], ["ada@example.org", "2024-03-01"], [ODD, "2024-03-01"]]
    code, answer = await shop.ask("POST", "/features/customer_months", SEVERAL, json={"keys": keys})
    assert (code, answer["table"], answer["waiting"]) == (200, "customer_months", False)
    assert [group and list(group["key"].values()) for group in answer["groups"]] == [None, *keys[1:]]
    code, answer = await shop.ask("POST", "/features/orders", SEVERAL, json={"keys": keys})
    assert code == 404
    assert answer["error"] == "orders is not a feature table; there are: customer_features, customer_months"
