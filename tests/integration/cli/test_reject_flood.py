"""A file in which every row is wrong."""

from __future__ import annotations

import asyncio
import subprocess

import psutil

from tests.integration.cli.shell import EXPERIMENTS, Shell
from tests.processes import Stack

ROWS = 80_000
MOST_OF_PRODUCER, MOST_OF_WORKER = 120 * 2**20, 200 * 2**20
"""Bytes; 115 and 177 MiB were seen (docs/adr/0039 has the figures of a million rejects)."""


async def peaks(load: subprocess.Popen[str], worker: int) -> tuple[int, int]:
    """The most memory that the producer and the worker took while the load ran."""
    producer, worker_process = psutil.Process(load.pid), psutil.Process(worker)
    highest = [0, 0]
    while load.poll() is None:
        for number, process in enumerate((producer, worker_process)):
            highest[number] = max(highest[number], process.memory_info().rss)
        await asyncio.sleep(0.02)
    return highest[0], highest[1]


async def test_a_flood_of_rejects_takes_no_more_memory_than_good_rows(shell: Shell, stack: Stack) -> None:
    worker = stack.start_worker()
    await worker.ready()
    shell.write("bad.csv", EXPERIMENTS + "".join(f"{number},{number},1;2,-1.5\n" for number in range(1, ROWS + 1)))
    load = shell.start("load", "bad.csv")
    of_producer, of_worker = await peaks(load, worker.pid)
    out, err = load.communicate()
    assert "applied in" in out, err
    assert f"all {ROWS:,} rows are rejected for one reason" in err
    [stored] = await stack.fetch("SELECT count(*) AS rows, count(DISTINCT row_id) AS ids FROM rejects")
    assert tuple(stored) == (ROWS, ROWS)
    assert of_producer < MOST_OF_PRODUCER
    assert of_worker < MOST_OF_WORKER
