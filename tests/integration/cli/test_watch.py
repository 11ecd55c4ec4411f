"""`ingest load --watch` with a worker and real servers."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import Iterator

import pytest

from embedded.cluster import Cluster
from tests.conditions import until
from tests.integration.cli.shell import EXPERIMENTS, USERS, Shell
from tests.integration.outages import away
from tests.processes import Stack

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\n"


class Watch:
    """The command on the folder `drop`, started as often as is asked for."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._processes: list[subprocess.Popen[str]] = []
        self.drop = shell.folder / "drop"
        self.drop.mkdir()

    def start(self, *options: str) -> subprocess.Popen[str]:
        process = self._shell.start("load", "drop", "--watch", "--settle", "0.3", *options)
        self._processes.append(process)
        return process

    def comes(self, name: str, text: str) -> None:
        """A file comes as rsync brings it: under a hidden name first."""
        (self.drop / f".{name}.Ab12").write_text(text)
        (self.drop / f".{name}.Ab12").rename(self.drop / name)

    async def until_loaded(self, path: str, loads: int = 1) -> None:
        async def is_loaded() -> bool:
            query = "SELECT FROM load_files JOIN load_report USING (load_id) WHERE path = $1 AND state = 'applied'"
            return len(await self._shell.stack.fetch(query, path)) == loads

        await until(is_loaded, f"{path} is loaded {loads} times")

    @staticmethod
    async def interrupted(process: subprocess.Popen[str]) -> str:
        process.send_signal(signal.SIGINT)
        _, err = await asyncio.to_thread(process.communicate, timeout=60)
        assert process.returncode == 130
        assert "Traceback" not in err
        return err

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()


@pytest.fixture
def watch(shell: Shell) -> Iterator[Watch]:
    started = Watch(shell)
    yield started
    started.end()


async def test_files_are_loaded_as_they_come_and_the_bad_ones_keep_none_from_it(watch: Watch, stack: Stack) -> None:
    await stack.start_worker().ready()
    watch.comes("users.csv", USERS + "1,Ada,,2024-01-01\nx,Bo,,2024-01-01\n")
    (watch.drop / "picture.csv").write_bytes(PNG)
    process = watch.start()
    await watch.until_loaded("drop/users.csv")
    watch.comes("late.csv", EXPERIMENTS + "1,1,1;2,1.5\n2,1,1,2\n")
    await watch.until_loaded("drop/late.csv")
    # Corrected in place: the newer publication counts.
    watch.comes("late.csv", EXPERIMENTS + "1,1,1;2,2.5\n2,1,1,2\n")
    await watch.until_loaded("drop/late.csv", 2)
    err = await watch.interrupted(process)
    assert 'drop/users.csv:3: user_id: "x"' in err
    assert err.count("drop/picture.csv: is not text") == 1
    assert sorted(path.name for path in watch.drop.iterdir()) == ["late.csv", "picture.csv", "users.csv"]

    # Started again, it knows what is loaded already.
    process = watch.start()
    watch.comes("more.csv", EXPERIMENTS + "3,1,1,1\n")
    await watch.until_loaded("drop/more.csv")
    err = await watch.interrupted(process)
    assert "drop/late.csv: skipped" in err
    assert "drop/users.csv: skipped" in err
    [features] = await stack.fetch("SELECT total_experiments, total_run_time FROM user_features")
    assert (features["total_experiments"], float(features["total_run_time"])) == (3, 5.5)
    await stack.assert_audit_is_equal()


async def test_a_row_that_is_cut_short_by_a_slow_writer_is_never_stored(watch: Watch, stack: Stack) -> None:
    await stack.start_worker().ready()
    process = watch.start("--last-line-after", "600")
    (watch.drop / "run.csv").write_text("user_id,experiment_compound_ids,experiment_run_time,experiment_id\n1,1,1.5,30")
    assert process.stderr is not None
    told = ""
    while "drop/run.csv: waits" not in told:
        told = await asyncio.to_thread(process.stderr.readline)
        assert told, "the watch has ended"
    with (watch.drop / "run.csv").open("a") as file:
        file.write("1\n1,2,2.5,302\n")
    await watch.until_loaded("drop/run.csv")
    await watch.interrupted(process)
    stored = await stack.fetch("SELECT experiment_id FROM experiments ORDER BY experiment_id")
    assert [row["experiment_id"] for row in stored] == [301, 302]


async def test_a_watch_that_is_killed_in_a_file_loads_it_after_its_start_and_counts_nothing_twice(
    watch: Watch, stack: Stack
) -> None:
    await stack.start_worker().ready()
    rows = 20_000
    watch.comes("x.csv", EXPERIMENTS + "".join(f"{number},{number % 7 + 1},1;2,1.5\n" for number in range(1, rows + 1)))
    killed = watch.start("--rate", "2000")

    async def some_are_stored() -> bool:
        return bool(await stack.fetch("SELECT FROM load_files WHERE last_line > 0 AND NOT complete"))

    await until(some_are_stored, "a part of the file is stored")
    killed.kill()
    process = watch.start()

    async def all_are_stored() -> bool:
        return bool(await stack.fetch("SELECT FROM load_files WHERE complete AND published = $1", rows))

    await until(all_are_stored, "the file is loaded")
    await watch.interrupted(process)
    [counted] = await stack.fetch("SELECT sum(total_experiments) AS n, sum(total_run_time) AS time FROM user_features")
    assert (counted["n"], float(counted["time"])) == (rows, rows * 1.5)
    await stack.assert_audit_is_equal()


async def test_a_kafka_that_is_away_is_waited_for(watch: Watch, stack: Stack, cluster: Cluster) -> None:
    await stack.start_worker().ready()
    watch.comes("first.csv", EXPERIMENTS + "1,1,1,1\n")
    process = watch.start("--no-wait")
    await watch.until_loaded("drop/first.csv")
    with away(cluster.kafka):
        watch.comes("second.csv", EXPERIMENTS + "2,1,1,1\n")
        assert process.stderr is not None
        told = ""
        while "trying again" not in told:
            told = await asyncio.to_thread(process.stderr.readline)
            assert told, "the watch has ended"
    await watch.until_loaded("drop/second.csv")
    await watch.interrupted(process)
    await stack.assert_audit_is_equal()
