from __future__ import annotations

import os
import stat
import subprocess
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from embedded.ports import free_ports
from tests.unit.deployment.image import ROOT

SCRIPTS = sorted((ROOT / "scripts").glob("*.sh"))


def _run(script: str, *arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    given = {"DATABASE_URL", "DATABASE_URL_FILE", "ETL_URL", "WEB_TOKEN", "WEB_TOKEN_FILE"}
    inherited = {name: value for name, value in os.environ.items() if name not in given}
    return subprocess.run(
        [ROOT / "scripts" / script, *arguments],
        env={**inherited, **variables},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def _recorder(folder: Path, name: str, *, exit_code: int = 0) -> Path:
    """A program that does nothing but write down its arguments, one a line, and the folder it was started in."""
    program = folder / "bin" / name
    program.parent.mkdir(exist_ok=True)
    record = folder / f"{name}.txt"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$PWD" "$@" "--" >> "{record}"\nexit {exit_code}\n')
    program.chmod(0o755)
    return record


def _path(folder: Path) -> str:
    return f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"


def _calls(record: Path) -> list[tuple[str, list[str]]]:
    calls = record.read_text().removesuffix("--\n").split("--\n")
    return [(call.splitlines()[0], call.splitlines()[1:]) for call in calls]


@contextmanager
def _answering(body: str, code: int = 200) -> Iterator[tuple[str, list[str]]]:
    """A web server with one answer: its address, and the requests it got."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            token = self.headers["Authorization"]
            requests.append(f"{self.command} {self.path}" + (f" {token}" if token else ""))
            self.send_response(code)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is http.server's
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/etl/", requests
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_are_sound_and_can_be_executed(script: Path) -> None:
    assert script.stat().st_mode & stat.S_IXUSR
    assert "set -euo pipefail" in script.read_text()
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0  # noqa: S607  # bash is where the scripts look for it
    shellcheck = Path(sysconfig.get_path("scripts"), "shellcheck")
    checked = subprocess.run([shellcheck, script], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")


def test_run_docker_builds_starts_and_waits_in_the_projects_folder(tmp_path: Path) -> None:
    docker = _recorder(tmp_path, "docker")
    ran = _run("run_docker.sh", folder=tmp_path, PATH=_path(tmp_path))
    assert ran.returncode == 0, ran.stderr
    assert _calls(docker)[-1] == (str(ROOT), ["compose", "up", "--build", "--detach", "--wait"])
    for script in SCRIPTS:
        assert script.name == "run_docker.sh" or f"scripts/{script.name}" in ran.stdout


def test_run_docker_says_what_is_missing(tmp_path: Path) -> None:
    _recorder(tmp_path, "docker", exit_code=1)
    ran = _run("run_docker.sh", folder=tmp_path, PATH=_path(tmp_path))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("run_docker.sh: 'docker compose' is not to be had")


@pytest.mark.parametrize("status", ["success", "partial"])
def test_run_etl_prints_the_answer_of_a_load(tmp_path: Path, status: str) -> None:
    answer = f'{{"status":"{status}","read":3}}'
    with _answering(answer) as (url, requests):
        ran = _run("run_etl.sh", folder=tmp_path, ETL_URL=url)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{answer}\n", "")
    assert requests == ["POST /etl/"]


def test_run_etl_brings_the_token_of_the_variable_or_its_file(tmp_path: Path) -> None:
    token, other = tmp_path / "token", "of-the-variable"
    token.write_text("of-the-file\n")
    with _answering('{"status":"success"}') as (url, requests):
        _run("run_etl.sh", folder=tmp_path, ETL_URL=url, WEB_TOKEN_FILE=str(token))
        _run("run_etl.sh", folder=tmp_path, ETL_URL=url, WEB_TOKEN_FILE=str(token), WEB_TOKEN=other)
    assert requests == ["POST /etl/ Bearer of-the-file", "POST /etl/ Bearer of-the-variable"]


@pytest.mark.parametrize(("status", "code"), [("failed", 422), ("failed", 503), ("failed", 200), ("busy", 409)])
def test_run_etl_fails_when_nothing_was_loaded(tmp_path: Path, status: str, code: int) -> None:
    answer = f'{{"status": "{status}", "error": "what was wrong"}}'
    with _answering(answer, code) as (url, _):
        ran = _run("run_etl.sh", folder=tmp_path, ETL_URL=url)
    assert (ran.returncode, ran.stdout) == (1, f"{answer}\n")
    assert ran.stderr == f"run_etl.sh: not loaded, the status is {status}\n"


def test_run_etl_takes_no_status_from_a_rejected_value(tmp_path: Path) -> None:
    answer = '{"status":"failed","first_rejects":[{"value":"\\"status\\":\\"success\\""}]}'
    with _answering(answer) as (url, _):
        assert _run("run_etl.sh", folder=tmp_path, ETL_URL=url).returncode == 1


def test_run_etl_fails_on_an_answer_that_is_not_the_workers(tmp_path: Path) -> None:
    with _answering("<html>") as (url, _):
        ran = _run("run_etl.sh", folder=tmp_path, ETL_URL=url)
    assert ran.returncode == 1
    assert ran.stderr == f"run_etl.sh: {url} is not an answer of the worker: check ETL_URL\n"


def test_run_etl_says_when_nobody_answers(tmp_path: Path) -> None:
    [port] = free_ports(1)
    url = f"http://127.0.0.1:{port}/etl/"
    ran = _run("run_etl.sh", folder=tmp_path, ETL_URL=url)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert f"run_etl.sh: {url} does not answer: is the worker running?" in ran.stderr


def test_query_db_asks_the_postgres_of_docker_compose(tmp_path: Path) -> None:
    docker = _recorder(tmp_path, "docker")
    ran = _run("query_db.sh", "SELECT 1", folder=tmp_path, PATH=_path(tmp_path))
    assert ran.returncode == 0, ran.stderr
    [(_, arguments)] = _calls(docker)
    assert arguments[:7] == ["compose", "--project-directory", str(ROOT), "exec", "-T", "postgres", "psql"]
    assert arguments[-1] == "--command=SELECT 1"


def test_query_db_asks_the_database_that_is_named(tmp_path: Path) -> None:
    docker, psql = _recorder(tmp_path, "docker"), _recorder(tmp_path, "psql")
    address = "postgresql://lab@db.example/features"
    ran = _run("query_db.sh", folder=tmp_path, PATH=_path(tmp_path), DATABASE_URL=address)
    assert ran.returncode == 0, ran.stderr
    assert not docker.exists()
    [(_, arguments)] = _calls(psql)
    assert arguments[-1] == address
    assert "FROM user_report" in " ".join(arguments)


def test_query_db_takes_the_address_from_a_file(tmp_path: Path) -> None:
    psql = _recorder(tmp_path, "psql")
    address = tmp_path / "address"
    address.write_text("postgresql://lab@db.example/features\n")
    _run("query_db.sh", folder=tmp_path, PATH=_path(tmp_path), DATABASE_URL_FILE=str(address))
    [(_, arguments)] = _calls(psql)
    assert arguments[-1] == "postgresql://lab@db.example/features"


def test_query_db_passes_on_a_failure(tmp_path: Path) -> None:
    _recorder(tmp_path, "docker", exit_code=7)
    assert _run("query_db.sh", folder=tmp_path, PATH=_path(tmp_path)).returncode == 7


def test_query_db_takes_one_statement(tmp_path: Path) -> None:
    ran = _run("query_db.sh", "SELECT 1", "SELECT 2", folder=tmp_path)
    assert (ran.returncode, ran.stderr) == (2, "usage: query_db.sh [SQL]\n")
