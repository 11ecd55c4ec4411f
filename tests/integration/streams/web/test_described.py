"""Every answer that /openapi.json describes is given by a real worker, and is as it is described."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import aiohttp
import asyncpg

from embedded.ports import LOOPBACK, free_ports
from streams.web.events import MOST_STREAMS
from streams.web.features import MOST_BYTES
from tests.conditions import until
from tests.integration.streams.web.pages import Pages
from tests.processes import Stack

LIMIT = 100_000
USERS = b"user_id,name,email,signup_date\n1,Ada,,2024-01-01\nx2,Zoe,,2024-01-02\n"
EXPERIMENTS = b"experiment_id,user_id,experiment_compound_ids,experiment_run_time\n1,1,3;4,1.25\n"
KEYS = b'{"keys":[1]}'
ONE, SEVERAL = "/features/{table}/{key}", "/features/{table}"
QUERIES = {
    "/report/rows": "?table=user_features&key=1",
    "/report/history": "?table=users&key=1",
    "/report/distribution": "?table=user_features",
}
"""What pages must be asked for."""
FORM = {"Content-Type": "multipart/form-data; boundary=end"}


@asynccontextmanager
async def served(stack: Stack, folder: Path, **variables: str) -> AsyncIterator[Pages]:
    [port] = free_ports(1)
    worker = stack.start_worker(web=True, WEB_PORT=str(port), DATA_DIR=str(folder), **variables)
    async with aiohttp.ClientSession(f"http://{LOOPBACK}:{port}") as session:
        pages = Pages(session, folder, worker, stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
        await pages.healthy()
        yield pages
    await asyncio.to_thread(worker.stop)


async def test_every_answer_that_is_described_is_given(stack: Stack, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    async with served(stack, folder, WEB_TOKEN="0123456789abcdef") as pages:  # noqa: S106  # of this test's worker
        await every(pages, 401)
        answered = pages.answered
    async with served(stack, folder, MAX_UPLOAD_BYTES=str(LIMIT)) as pages:
        await every(pages, 403, headers={"Host": "features.example"})
        await what_cannot_be_used(pages)
        await while_a_load_runs(pages, "/loads", ("GET", "/etl/"), ("POST", "/etl/"))
        await while_a_load_runs(pages, "/loads/preview")
        await what_is_stored(pages)
        await what_is_looked_at(pages)
        async with without_postgres(stack.environment["DATABASE_URL"]):
            await every(pages, 503, but="/events")
        assert answered | pages.answered == await pages.described()


async def status(pages: Pages, method: str, page: str, expected: int, path: str | None = None, **more: object) -> None:
    code, answer = await pages.ask(method, page, path, **more)
    assert code == expected, (method, page, answer)


async def every(pages: Pages, expected: int, but: str = "", **more: object) -> None:
    """Ask, in the same way, for all that may be answered with this status."""
    for path, method, described in sorted(await pages.described()):
        if described == expected and path != but:
            data = None if method == "get" else KEYS if "{table}" in path else upload()
            page = path.format(load_id=uuid4(), table="user_features", key="1") + QUERIES.get(path, "")
            await status(pages, method, page, expected, path, data=data, **more)


def upload(content: bytes = USERS) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("file", content, filename="users.csv", content_type="text/csv")
    return form


async def what_cannot_be_used(pages: Pages) -> None:
    for method in ("GET", "POST"):
        # The folder is empty.
        await status(pages, method, "/etl/", 422)
    for page in ("/loads?limit=0", "/report?limit=0", "/rejects?limit=0", "/rejects/export?state=none"):
        await status(pages, "GET", page, 422)
    for page in QUERIES:
        await status(pages, "GET", page, 422)
    for page in ("/loads", "/loads/preview"):
        await status(pages, "POST", f"{page}?skip_lines=-1", 422, data=upload())
        await status(pages, "POST", page, 400, data=b"--end--\r\n", headers=FORM)
        await status(pages, "POST", page, 413, data=upload(b"x" * (LIMIT + 1)))
        await status(pages, "POST", page, 415, data=b"x")
    await status(pages, "GET", f"/loads/{uuid4()}", 404, "/loads/{load_id}")
    await status(pages, "GET", "/features/user_features/x", 422, ONE)
    await status(pages, "GET", "/features/users/1", 404, ONE)
    await status(pages, "POST", "/features/users", 404, SEVERAL, data=KEYS)
    await status(pages, "POST", "/features/user_features", 422, SEVERAL, data=b"{}")
    await status(pages, "POST", "/features/user_features", 413, SEVERAL, data=b" " * (MOST_BYTES + 1))


async def while_a_load_runs(pages: Pages, page: str, *others: tuple[str, str]) -> None:
    """What is sent waits for the rest of its file, until all others were tried."""
    tried = asyncio.Event()

    async def slow_file() -> AsyncIterator[bytes]:
        yield b'--end\r\nContent-Disposition: form-data; name="file"; filename="users.csv"\r\n\r\n' + USERS
        await tried.wait()
        yield b"\r\n--end--\r\n"

    async def is_busy() -> bool:
        return (await pages.ask("POST", page, data=b"no files, so it never begins a load of its own"))[0] == 409

    loading = asyncio.create_task(status(pages, "POST", page, 200, data=slow_file(), headers=FORM))
    try:
        await until(is_busy, "a load runs")
        for method, other in others:
            await status(pages, method, other, 409)
    finally:
        tried.set()
        await loading


async def what_is_stored(pages: Pages) -> None:
    (pages.folder / "users.csv").write_bytes(USERS)
    (pages.folder / "experiments.csv").write_bytes(EXPERIMENTS)
    for method in ("GET", "POST"):
        await status(pages, method, "/etl/", 200)
    _, listed = await pages.ask("GET", "/loads")
    await status(pages, "GET", f"/loads/{listed['loads'][0]['load']}", 200, "/loads/{load_id}")
    # Not what is asked for without Postgres: an answer is good for a second.
    assert (await pages.ask("GET", "/report?limit=1"))[1]["groups"]
    assert (await pages.ask("GET", "/rejects?limit=1"))[1]["rejects"]
    await status(pages, "GET", "/rejects/export", 200)
    await status(pages, "POST", "/features/user_features", 200, SEVERAL, data=KEYS)
    async with pages.session.get("/features/user_features/1") as response:
        seen = {"If-None-Match": response.headers["ETag"]}
    await status(pages, "GET", "/features/user_features/1", 200, ONE)
    await status(pages, "GET", "/features/user_features/1", 304, ONE, headers=seen)
    for page, query in (*QUERIES.items(), ("/declaration", "")):
        # The same here: what is asked for without Postgres is another key and another column.
        other = query + "&column=total_compounds" if "distribution" in page else query.replace("key=1", "key=2")
        await status(pages, "GET", page + other, 200)


async def what_is_looked_at(pages: Pages) -> None:
    async with AsyncExitStack() as streams:
        opened = [await streams.enter_async_context(pages.states()) for _ in range(MOST_STREAMS)]
        assert (await anext(opened[0]))["newest_reject"] is not None
        await status(pages, "GET", "/events", 503)


END_READERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = 'exact-features'
"""


@asynccontextmanager
async def without_postgres(url: str) -> AsyncIterator[None]:
    """Postgres refuses connections, but those of the worker that there are."""
    address, _, name = url.rpartition("/")
    server = await asyncpg.connect(f"{address}/postgres")
    try:
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await server.execute(END_READERS, name)
        yield
    finally:
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await server.close()
