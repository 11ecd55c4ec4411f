import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import aiokafka.partitioner
import psutil
import pytest

from embedded.cluster import Cluster
from tests.integration.producers.records import end_of, partition_count, records_of

ROOT = Path(__file__).parents[4]
HEADER = "experiment_id,user_id,experiment_compound_ids,experiment_run_time\n"


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "producers.csv", *map(str, arguments)]


def run(cluster: Cluster, *arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        env={**os.environ, **cluster.environment, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
    )


def experiments(rows: int) -> str:
    return HEADER + "".join(
        f"{number},{number * 7919 % 50_000 + 1},{number % 100 + 1};{number % 37 + 1},{number % 1000}.{number % 10}\n"
        for number in range(1, rows + 1)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for sample in (ROOT / "data").glob("*.csv"):
        (tmp_path / sample.name).write_bytes(sample.read_bytes())
    return tmp_path


async def test_our_sample_data_is_published_save_for_its_two_bad_rows(cluster: Cluster, folder: Path) -> None:
    done = run(cluster, folder)
    assert done.returncode == 1
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[1] == ["file", "kind", "read", "published", "rejected", "seconds", "rows/s"]
    assert [line[1:5] for line in lines[2:5]] == [
        ["users", "10", "10", "0"],
        ["compounds", "6", "6", "0"],
        ["experiments", "17", "15", "2"],
    ]
    assert lines[5][:4] == ["total", "33", "31", "2"]
    file = folder / "user_experiments.csv"
    assert [line.split(": ")[0] for line in done.stderr.splitlines()] == [f"{file}:11", f"{file}:14"]
    counts = [len(await records_of(cluster.environment, topic, str(folder))) for topic in ("users", "compounds")]
    assert counts == [10, 6]


async def test_records_are_as_any_client_would_have_them(cluster: Cluster, folder: Path) -> None:
    before = time.time() * 1000
    load_id = UUID(run(cluster, folder).stdout.split()[1])
    found = await records_of(cluster.environment, "experiments", str(folder))
    assert len(found) == 15
    partitions = await partition_count(cluster.environment, "experiments")
    for record in found:
        value = json.loads(record.value)
        assert record.key == b"%d" % value["user_id"]
        assert record.partition == (aiokafka.partitioner.murmur2(record.key) & 0x7FFFFFFF) % partitions
        assert dict(record.headers) == {
            "load": str(load_id).encode(),
            "file": str(folder / "user_experiments.csv").encode(),
            "line": b"%d" % (value["experiment_id"] + 1),
        }
    # The third file of the load: each has a time of its own, later than the one before.
    [published] = {record.timestamp for record in found}
    assert published >= (load_id.int >> 80) + 2
    assert before - 1 < found[0].timestamp < time.time() * 1000
    assert {value["experiment_id"]: value for value in (json.loads(record.value) for record in found)}[3] == {
        "experiment_id": 3,
        "user_id": 2,
        "experiment_compound_ids": [2, 2, 3],
        "experiment_run_time": 30,
    }


async def test_rejected_rows_are_dead_letters(cluster: Cluster, folder: Path) -> None:
    run(cluster, folder)
    found = await records_of(cluster.environment, "rejects", str(folder))
    letters = [json.loads(record.value) for record in found]
    file = str(folder / "user_experiments.csv")
    assert [(letter["line"], letter["field"], letter["value"]) for letter in letters] == [
        (11, "experiment_compound_ids", "1:3"),
        (14, "experiment_run_time", "-4"),
    ]
    assert letters[1]["reason"] == "is negative; expected a number ≥ 0 with up to 3 decimals"
    assert {record.key.decode() for record in found} == {letter["file"] for letter in letters} == {file}
    assert [dict(record.headers)["line"] for record in found] == [b"11", b"14"]


async def test_bytes_that_are_not_utf8_reject_their_row_only(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes("user_id,name,email,signup_date\n1,Zoë,,2024-01-01\n".encode() + b"2,M\xfcller,,2024-01-01\n")
    done = run(cluster, path)
    assert done.returncode == 1
    assert "users.csv:3: name" in done.stderr
    assert "not text in the file's encoding" in done.stderr
    (record,) = await records_of(cluster.environment, "users", str(tmp_path))
    assert json.loads(record.value)["name"] == "Zoë"


def test_good_files_are_loaded_beside_bad_ones(cluster: Cluster, folder: Path) -> None:
    (folder / "user_experiments.csv").write_text(HEADER.replace("user_id,", ""))
    (folder / "empty.csv").touch()
    done = run(cluster, folder, folder / "missing.csv")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 5
    problems = done.stderr.splitlines()
    assert len(problems) == 3
    assert "Traceback" not in done.stderr
    assert "lacks user_id" in problems[1]


def test_only_the_first_rejects_are_printed(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(HEADER + "1,1,1,-1\n" * 50 + "1,1,1,1\n")
    done = run(cluster, path)
    assert len(done.stderr.splitlines()) == 21
    assert done.stderr.splitlines()[-1].startswith("… and 30 more")


def test_all_good_is_exit_code_0(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(experiments(100))
    done = run(cluster, path)
    assert (done.returncode, done.stderr) == (0, "")


def test_waiting_in_vain_is_exit_code_4(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(HEADER + "1,1,1,1\n")
    done = run(cluster, path, "--wait", "--wait-timeout", 2)
    assert done.returncode == 4
    (line,) = done.stderr.splitlines()
    assert "check that a worker is running: experiments-" in line


def test_no_postgres_while_waiting_is_exit_code_4(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(HEADER + "1,1,1,1\n")
    done = run(cluster, path, "--wait", DATABASE_URL="postgresql://postgres@127.0.0.1:1/postgres")
    assert done.returncode == 4
    assert "DATABASE_URL" in done.stderr
    assert "what was published stays in Kafka until the worker stores it" in done.stderr
    assert "Traceback" not in done.stderr


def test_memory_does_not_grow_with_the_file(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(experiments(250_000))
    with subprocess.Popen(
        command(path), env={**os.environ, **cluster.environment}, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        highest = 0
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            highest = max(highest, watched.memory_info().rss)
            time.sleep(0.01)
        assert process.stdout is not None
        assert "250,000" in process.stdout.read()
    assert highest <= 120 * 2**20


async def test_an_interruption_ends_cleanly_and_says_how_far_it_came(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(experiments(1))
    run(cluster, path)  # the topic exists from here on
    path.write_text(experiments(1_000_000))
    before = await end_of(cluster.environment, "experiments")
    with subprocess.Popen(  # noqa: ASYNC220  # nothing else runs on this loop meanwhile
        command(path),
        env={**os.environ, **cluster.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        while await end_of(cluster.environment, "experiments") == before:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told.startswith("interrupted: ")
    published = int(told.removeprefix("interrupted: ").removesuffix(" rows were published\n").replace(",", ""))
    assert 0 < published < 1_000_000
    assert await end_of(cluster.environment, "experiments") == before + published
