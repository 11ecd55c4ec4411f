"""The web pages of a real worker, each answer held against /openapi.json."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
import pytest

from embedded.cluster import Cluster
from embedded.ports import LOOPBACK, free_ports
from models.topics import INPUT_TOPICS
from streams.web.limits import Limits
from tests.conditions import until
from tests.integration.streams.publishing import publish_in_transaction
from tests.integration.streams.web.pages import Pages
from tests.processes import Stack

USERS = "user_id,name,email,signup_date\n1,Ada,,2024-01-01\n2,,,2024-01-02\n"
LIMIT = 100_000


@pytest.fixture
def port() -> int:
    [found] = free_ports(1)
    return found


@pytest.fixture
async def pages(stack: Stack, tmp_path: Path, port: int) -> AsyncIterator[Pages]:
    folder = tmp_path / "files"
    folder.mkdir()
    worker = stack.start_worker(
        web=True, WEB_PORT=str(port), DATA_DIR=str(folder), MAX_UPLOAD_BYTES=str(LIMIT), TMPDIR=str(tmp_path)
    )
    async with aiohttp.ClientSession(f"http://{LOOPBACK}:{port}") as session:
        found = Pages(session, folder, worker, stack.environment["KAFKA_BOOTSTRAP_SERVERS"])

        await found.healthy()
        yield found


async def test_the_pages_answer_as_they_are_described(pages: Pages, tmp_path: Path) -> None:
    # Nothing to load.
    assert (await pages.ask("POST", "/etl/"))[0] == 422
    # A load with a bad row: what came of it, and where it is to be found again.
    (pages.folder / "users.csv").write_text(USERS)
    code, answer = await pages.ask("GET", "/etl/")
    assert (code, answer["status"]) == (200, "partial")
    assert (answer["read"], answer["published"], answer["rejected"]) == (2, 1, 1)
    assert [fault["code"] for fault in answer["rejects"][0]["faults"]] == ["empty"]
    assert answer["rejects"][0]["original"] == "2,,,2024-01-02"
    load = answer["load"]
    code, details = await pages.ask("GET", f"/loads/{load}", "/loads/{load_id}")
    assert (code, details["state"], details["applied"]) == (200, "applied", True)
    assert [(file["read"], file["complete"]) for file in details["files"]] == [(2, True)]
    code, listed = await pages.ask("GET", "/loads?limit=5&state=applied")
    assert [found["load"] for found in listed["loads"]] == [load]
    for limit in ("0", "1001", "00000000199999", "-1", "x"):
        assert (await pages.ask("GET", f"/loads?limit={limit}"))[0] == 422
    assert (await pages.ask("GET", "/loads?state=none"))[0] == 422
    for unknown in (uuid4(), "nonsense"):
        assert (await pages.ask("GET", f"/loads/{unknown}", "/loads/{load_id}"))[0] == 404
    # Files that are sent.
    code, answer = await pages.upload(("users.csv", USERS.encode()), ("users.csv", USERS.encode()))
    assert (code, answer["status"], answer["read"]) == (200, "partial", 4)
    assert [file["path"] for file in answer["files"]] == ["users.csv", "users.csv"]
    assert {reject["file"] for reject in answer["rejects"]} == {"users.csv"}
    code, details = await pages.ask("GET", f"/loads/{answer['load']}", "/loads/{load_id}")
    assert [file["path"] for file in details["files"]] == ["users.csv", "users.csv"]
    code, answer = await pages.upload(("März <b>.csv", b"user_id,surname\n1,Ada\n"))
    assert (code, answer["error"].partition(": ")[0]) == (422, "März <b>.csv")
    assert (await pages.upload(("users.csv", b"x" * (LIMIT + 1))))[0] == 413
    assert (await pages.upload())[0] in {400, 415}
    assert (await pages.ask("POST", "/loads", data=b"x"))[0] == 415
    assert (await pages.ask("POST", "/loads", data=b"x", headers={"Content-Type": "multipart/form-data"}))[0] == 400
    assert not [name for name in await asyncio.to_thread(os.listdir, tmp_path) if name.startswith("upload-")]


async def test_pages_of_loads_are_not_told_to_a_name_that_may_be_anybodys(pages: Pages) -> None:
    # DNS rebinding: the page of a site whose name leads to 127.0.0.1 now.
    rebound = {"Host": "features.example"}
    assert (await pages.ask("GET", "/loads", headers=rebound))[0] == 403
    assert (await pages.ask("GET", f"/loads/{uuid4()}", "/loads/{load_id}", headers=rebound))[0] == 403
    # Supervisors and Prometheus ask by whatever name they know.
    assert (await pages.ask("GET", "/health", headers=rebound))[0] == 200


async def test_while_a_load_runs_the_others_are_told_which(pages: Pages) -> None:
    rows = "".join(f"{number},Ada,,2024-01-01\n" for number in range(1, 150_000))
    (pages.folder / "users.csv").write_text("user_id,name,email,signup_date\n" + rows)
    loading = asyncio.create_task(pages.ask("POST", "/etl/"))
    seen: dict[str, Any] = {}

    async def is_busy() -> bool:
        code, answer = await pages.ask("POST", "/loads", data=b"no files, so it never begins a load of its own")
        seen.update(answer)
        return code == 409 and answer["load"] is not None

    await until(is_busy, "a load runs")
    code, answer = await loading
    assert (code, answer["status"], answer["load"]) == (200, "success", seen["load"])


async def test_postgres_away_is_503(pages: Pages, stack: Stack, cluster: Cluster) -> None:
    (pages.folder / "users.csv").write_text(USERS)
    server = await asyncpg.connect(cluster.environment["DATABASE_URL"])
    name = stack.environment["DATABASE_URL"].rsplit("/", 1)[1]
    await server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
    await server.close()
    code, answer = await pages.ask("POST", "/etl/")
    assert (code, answer["status"]) == (503, "failed")
    assert "DATABASE_URL" in answer["error"]
    assert (await pages.ask("GET", "/loads"))[0] == 503
    pages.worker.kill()


TOKEN = "0123456789abcdef"  # noqa: S105  # of this test's worker


async def test_what_loads_takes_the_token_and_what_reads_does_not(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text(USERS)
    [port] = free_ports(1)
    # Every address: a token is what allows that.
    worker = stack.start_worker(
        web=True,
        WEB_HOST="0.0.0.0",  # noqa: S104  # for the time of the test
        WEB_PORT=str(port),
        WEB_TOKEN=TOKEN,
        DATA_DIR=str(tmp_path / "users.csv"),
    )
    await worker.ready()
    right = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(f"http://{LOOPBACK}:{port}") as session:
        pages = Pages(session, tmp_path, worker, stack.environment["KAFKA_BOOTSTRAP_SERVERS"])
        for method, page in (("GET", "/etl/"), ("POST", "/etl/"), ("POST", "/loads")):
            for headers in ({}, {"Authorization": f"Bearer {TOKEN[:-1]}"}):
                assert (await pages.ask(method, page, headers=headers))[0] == 401
            assert (await pages.ask(method, page, headers={**right, "Origin": "https://other.example"}))[0] == 403
            assert (await pages.ask(method, page, headers={**right, "Sec-Fetch-Site": "cross-site"}))[0] == 403
        # Faust answers HEAD by GET.
        async with session.head("/etl/") as response:
            assert (response.status, response.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert (await pages.ask("GET", "/loads")) == (200, {"loads": []})
        code, answer = await pages.ask("POST", "/etl/", headers=right)
        assert (code, answer["status"]) == (200, "partial")


async def test_the_worker_does_not_start_where_anybody_could_load(stack: Stack) -> None:
    worker = stack.start_worker(web=True, WEB_HOST="0.0.0.0")  # noqa: S104  # what is refused
    assert await worker.ended() == 1
    assert "The worker ends: WEB_HOST=0.0.0.0: other machines could load files. Set WEB_TOKEN" in worker.log()


async def test_metrics_tell_what_was_loaded_and_how_far_postgres_is(pages: Pages) -> None:
    (pages.folder / "users.csv").write_text(USERS)
    assert (await pages.ask("POST", "/etl/"))[0] == 200
    found: dict[str, float] = {}

    async def is_told() -> bool:
        found.update(await pages.metrics())
        return found["exact_features_records_applied_total rejects"] == 1

    await until(is_told, "the reject is counted")
    # The mark of a transaction's end takes an offset, but is nothing that waits.
    await publish_in_transaction(pages.brokers, "users", b'{"user_id":3,"name":"Eva","signup_date":"2024-01-01"}')

    async def is_stored() -> bool:
        found.update(await pages.metrics())
        return found["exact_features_records_applied_total users"] == 2

    await until(is_stored, "the record of the transaction is applied")

    async def has_no_lag() -> bool:
        found.update(await pages.metrics())
        return not any(found[f"exact_features_lag_records {number} users"] for number in range(4))

    await until(has_no_lag, "no record of a user waits")
    assert found["exact_features_rows_inserted_total users"] == 2
    assert found["exact_features_rejects_total empty rejects"] == 1
    assert found["exact_features_postgres_up"] == found["exact_features_kafka_up"] == 1
    assert found["exact_features_last_commit_timestamp_seconds"] > 0
    lags = {key.split()[2] for key in found if key.startswith("exact_features_lag_records")}
    assert lags == INPUT_TOPICS.keys()


async def test_metrics_are_told_while_postgres_is_away_and_say_so(pages: Pages, stack: Stack) -> None:
    address, _, name = stack.environment["DATABASE_URL"].rpartition("/")
    connection = await asyncpg.connect(f"{address}/postgres")

    async def says(up: float) -> bool:
        return (await pages.metrics())["exact_features_postgres_up"] == up

    try:
        assert await says(1)
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await until(lambda: says(0), "Postgres is told to be away")
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await until(lambda: says(1), "Postgres is told to be back")
    finally:
        await connection.close()


async def test_the_worker_limits_heads_and_connections(pages: Pages, port: int) -> None:
    async def status(**headers: str) -> int:
        async with pages.session.get("/health", headers=headers) as response:
            return response.status

    many = {f"X-{number}": "1" for number in range(Limits.headers + 1)}
    assert await status(**many) == 400
    held = [await asyncio.open_connection(LOOPBACK, port) for _ in range(Limits.connections)]

    async def is_full() -> bool:
        return await status(Connection="close") == 503

    await until(is_full, "there is one connection too many")
    for _, writer in held:
        writer.close()

    async def has_room() -> bool:
        return await status(Connection="close") == 200

    await until(has_room, "there is room again")


async def test_a_port_that_is_taken_while_the_worker_starts_ends_it_with_one_line(stack: Stack, port: int) -> None:
    name = stack.environment["DATABASE_URL"].rsplit("/", 1)[1]
    server = await asyncpg.connect(stack.environment["DATABASE_URL"].replace(f"/{name}", "/postgres"))
    await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    worker = stack.start_worker(web=True, WEB_PORT=str(port))

    async def is_waiting() -> bool:
        assert worker.is_running, worker.log()
        return "Postgres" in worker.log()

    # By then it has seen that the port is free.
    await until(is_waiting, "the worker waits for Postgres")
    with socket.create_server((LOOPBACK, port)):
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await server.close()
        assert await worker.ended() == 1
    last = worker.log().splitlines()[-1]
    assert f"The worker ends: the web pages cannot be served at {LOOPBACK}:{port}" in last
    assert "set WEB_PORT to another" in last
    assert "Traceback" not in worker.log()
