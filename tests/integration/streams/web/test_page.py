"""What a real worker answers of which the page at `/` is made."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from embedded.ports import LOOPBACK, free_ports
from streams.web.events import MOST_STREAMS
from streams.web.page_files import HEADERS
from tests.conditions import until
from tests.integration.streams.web.pages import Pages
from tests.processes import Stack

GREATEST = 2**63 - 1
USERS = (
    f"user_id,name,email,signup_date\n1,<script>alert(1)</script>,,2024-01-01\n{GREATEST},Zoë,,2024-01-02\n"
    "x3,=cmd(),,2024-01-02\n"
)
EXPERIMENTS = (
    f"experiment_id,user_id,experiment_compound_ids,experiment_run_time\n1,{GREATEST},{GREATEST};{GREATEST},2.5\n"
)
TOKEN = "0123456789abcdef"  # noqa: S105  # of this test's worker
PRIVATE = (
    "/events",
    "/report",
    "/report/rows",
    "/report/history",
    "/report/distribution",
    "/declaration",
    "/rejects",
    "/rejects/export",
)
"""Pages that show rows."""


@pytest.fixture
async def pages(stack: Stack, tmp_path: Path) -> AsyncIterator[Pages]:
    [port] = free_ports(1)
    worker = stack.start_worker(web=True, WEB_PORT=str(port), TMPDIR=str(tmp_path))
    async with aiohttp.ClientSession(f"http://{LOOPBACK}:{port}") as session:
        found = Pages(session, tmp_path, worker, stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
        await found.healthy()
        yield found


async def test_the_page_goes_to_whoever_asks_and_rows_not_to_a_name_that_may_be_anybodys(pages: Pages) -> None:
    for name, media_type in (("/", "text/html"), ("/page/page.js", "text/javascript"), ("/page/page.css", "text/css")):
        async with pages.session.get(name) as response:
            assert (response.status, response.content_type) == (200, media_type)
            assert HEADERS.items() <= dict(response.headers).items()
            assert await response.read()
    async with pages.session.get("/page/..%2fweb.py") as response:
        assert response.status == 404
    for page in PRIVATE:
        assert (await pages.ask("GET", page, headers={"Host": "features.example"}))[0] == 403


async def test_what_was_loaded_is_told_listed_and_exported(pages: Pages) -> None:
    async with pages.states() as states:
        state = await anext(states)
        assert state["health"] == {"kafka": None, "postgres": None}
        assert (state["rows"]["users"], state["loads"], state["newest_reject"]) == (0, [], None)
        code, _ = await pages.upload(("users.csv", USERS.encode()), ("experiments.csv", EXPERIMENTS.encode()))
        assert code == 200
        state = await _state(states, lambda state: state["rows"]["experiments"] and state["newest_reject"])
        assert state["rows"] == {"users": 2, "compounds": 0, "experiments": 1, "user_features": 1}
        assert (state["loads"][0]["read"], state["loads"][0]["rejected"]) == (4, 1)
        state = await _state(states, lambda state: max(state["throughput"]["rates"]) > 0)
        state = await _state(states, lambda state: state["reject_codes"])
        assert state["reject_codes"] == [{"code": "bad_id", "rejects": 1}]
        assert sum(at["lag"] or 0 for at in state["partitions"]) == 0
        state = await _state(states, lambda state: state["charts"][0]["top"])
        assert state["charts"] == [
            {
                "table": "user_features",
                "column": "top_compound_id",
                "groups_looked_at": 1,
                "is_sample": False,
                "top": [{"value": str(GREATEST), "label": None, "groups": 1}],
            }
        ]

    code, found = await pages.ask("GET", "/report?table=user_features&sort=total_experiments&direction=down&limit=1")
    assert (code, found["tables"], found["more"]) == (200, ["user_features"], True)
    [group] = found["groups"]
    values = group["values"]
    assert (values["user_id"], values["top_compound_id"]) == (str(GREATEST), str(GREATEST))
    assert group["labels"] == {"user_id": "Zoë", "top_compound_id": None}
    assert (values["total_experiments"], float(values["average_run_time"])) == ("1", 2.5)
    assert values["tied_compound_ids"] == [str(GREATEST)]
    code, found = await pages.ask("GET", "/report?search=%3Cscript")
    assert [group["labels"]["user_id"] for group in found["groups"]] == ["<script>alert(1)</script>"]
    assert (await pages.ask("GET", "/report?sort=none"))[0] == 422

    code, found = await pages.ask("GET", "/rejects")
    assert (code, found["more"]) == (200, False)
    [reject] = found["rejects"]
    assert (Path(reject["file"]).name, reject["line"], reject["field"]) == ("users.csv", 4, "user_id")
    assert (reject["value"], reject["state"]) == ("x3", "open")
    assert (await pages.ask("GET", f"/rejects?before={reject['number']}&state=all"))[1]["rejects"] == []

    async with pages.session.get("/rejects/export") as response:
        assert (response.status, response.content_type) == (200, "application/zip")
        assert response.headers["X-Rows-Left-Out"] == "0"
        assert response.headers["Content-Disposition"] == 'attachment; filename="rejects.zip"'
        archive = zipfile.ZipFile(io.BytesIO(await response.read()))
    assert archive.namelist() == ["users.csv", "users.csv.rejects"]
    # To the byte, formulas included: corrected, it is the row.
    assert archive.read("users.csv") == b"user_id,name,email,signup_date\nx3,=cmd(),,2024-01-02\n"
    code, answer = await pages.ask("GET", "/rejects/export?state=resolved")
    assert (code, answer["error"]) == (422, "no such rejected row of a file can be exported")
    assert "Unhandled exception" not in pages.worker.log()


async def _state(states: AsyncIterator[dict[str, Any]], wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The next one that is wanted."""
    async with asyncio.timeout(60):
        async for state in states:
            if wanted(state):
                return state
    raise AssertionError("the stream ended")


async def test_so_many_streams_are_open_at_once_and_the_worker_does_not_wait_for_them(pages: Pages) -> None:
    async with AsyncExitStack() as streams:
        opened = [await streams.enter_async_context(pages.states()) for _ in range(MOST_STREAMS)]
        for states in opened:
            assert (await anext(states))["rows"] is not None
        code, answer = await pages.ask("GET", "/events")
        assert code == 503
        assert str(MOST_STREAMS) in answer["error"]
        assert await asyncio.to_thread(pages.worker.stop) == 0
        # What is not stopped within 4 s is ended hard.
        assert "Not stopped within" not in pages.worker.log()


async def test_a_viewer_that_goes_away_leaves_room_for_another(pages: Pages) -> None:
    async with AsyncExitStack() as streams:
        for _ in range(MOST_STREAMS):
            await streams.enter_async_context(pages.states())
        assert (await pages.ask("GET", "/events"))[0] == 503

    async def is_room() -> bool:
        async with pages.session.get("/events") as response:
            return response.status == 200

    await until(is_room, "there is room again")
    for _ in range(MOST_STREAMS + 1):
        async with pages.session.head("/events") as response:
            assert response.status == 200


async def test_postgres_away_is_told_by_the_stream_and_it_goes_on(pages: Pages, stack: Stack) -> None:
    address, _, name = stack.environment["DATABASE_URL"].rpartition("/")
    server = await asyncpg.connect(f"{address}/postgres")
    try:
        async with pages.states() as states:
            await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            state = await _state(states, lambda state: state["health"]["postgres"])
            assert (state["rows"], state["loads"], state["health"]["kafka"]) == (None, [], None)
            assert (await pages.ask("GET", "/report"))[0] == 503
            await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            state = await _state(states, lambda state: not state["health"]["postgres"])
            assert state["rows"] is not None
            # A Postgres that takes too long is not waited for.
            blocker = await asyncpg.connect(f"{address}/{name}")
            async with blocker.transaction():
                await blocker.execute("LOCK TABLE loads IN ACCESS EXCLUSIVE MODE")
                state = await _state(states, lambda state: state["health"]["postgres"])
                assert (state["rows"], state["health"]["postgres"]) == (None, "is too slow to answer in time")
            await blocker.close()
            await _state(states, lambda state: not state["health"]["postgres"])
    finally:
        await server.close()


async def test_rows_are_shown_to_who_brings_the_token_and_to_no_other_site(stack: Stack, tmp_path: Path) -> None:
    [port] = free_ports(1)
    worker = stack.start_worker(web=True, WEB_PORT=str(port), WEB_TOKEN=TOKEN)
    async with aiohttp.ClientSession(f"http://{LOOPBACK}:{port}") as session:
        pages = Pages(session, tmp_path, worker, "")
        await pages.healthy()
        right = {"Authorization": f"Bearer {TOKEN}"}
        for page in PRIVATE:
            assert (await pages.ask("GET", page))[0] == 401
            assert (await pages.ask("GET", page, headers={"Authorization": f"Bearer {TOKEN}0"}))[0] == 401
            assert (await pages.ask("GET", page, headers={**right, "Sec-Fetch-Site": "cross-site"}))[0] == 403
        async with pages.states(headers=right) as states:
            assert (await anext(states))["loads"] == []
        assert (await pages.ask("GET", "/report", headers=right))[0] == 200
        # The page itself holds nothing, and asks for the token.
        async with session.get("/") as response:
            assert response.status == 200
