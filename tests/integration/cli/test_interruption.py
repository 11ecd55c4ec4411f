"""Ctrl-C while something that the load needs does not answer."""

from __future__ import annotations

import asyncio
import fcntl
import re
import signal
import subprocess
import termios
import time

import psutil

from embedded.cluster import Cluster
from tests.conditions import until
from tests.integration.cli.shell import EXPERIMENTS, USERS, Shell
from tests.integration.outages import frozen
from tests.processes import Stack

ROWS = 200_000
ENDS_WITHIN = 15.0
"""Seconds; about 4 are promised, and DELIVERY_TIMEOUT is 60."""


BETWEEN_TWO_CTRL_C = 3.0


async def interrupted(process: subprocess.Popen[str]) -> str:
    """What a load says of itself that was interrupted once."""
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = await asyncio.to_thread(process.communicate, timeout=60)
    assert time.monotonic() - started < ENDS_WITHIN
    assert process.returncode == 130
    assert "Traceback" not in err
    return err


async def test_one_ctrl_c_is_enough_while_kafka_hangs_and_the_load_goes_on_later(
    shell: Shell, stack: Stack, cluster: Cluster
) -> None:
    await stack.start_worker().ready()
    shell.write("x.csv", EXPERIMENTS + "".join(f"{number},{number % 7 + 1},1;2,1.5\n" for number in range(1, ROWS + 1)))

    async def is_checkpointed() -> bool:
        return bool(await stack.fetch("SELECT FROM load_files WHERE last_line > 0"))

    process = shell.start("load", "x.csv", "--rate", "15000")
    await until(is_checkpointed, "Postgres knows a line up to which all is published")
    with frozen(cluster.kafka):
        err = await interrupted(process)
    told = re.search(
        r"interrupted: ([\d,]+) rows were published, and ([\d,]+) more may have been: Kafka did not acknowledge them; "
        r"everything is published up to line ([\d,]+) of x.csv",
        err,
    )
    assert told, err
    published, unknown, line = (int(group.replace(",", "")) for group in told.groups())
    assert 0 < line - 1 <= published < published + unknown < ROWS

    resumed = await shell.json("load", "x.csv", "--resume")
    assert f"resuming after line {line:,}" in resumed["notes"][0]
    assert (resumed["published"], resumed["applied"]) == (ROWS - line + 1, True)
    [count] = await stack.fetch("SELECT count(*) AS rows, sum(experiment_run_time) AS seconds FROM experiments")
    assert tuple(count) == (ROWS, ROWS * 1.5)
    await stack.assert_audit_is_equal()


async def test_ctrl_c_ends_a_load_that_cannot_begin_as_kafka_hangs(shell: Shell, cluster: Cluster) -> None:
    shell.write("users.csv", USERS + "1,Ada,,2024-01-01\n")
    assert (await shell.run("load", "users.csv", "--no-wait"))[0] == 0
    with frozen(cluster.kafka):
        process = shell.start("load", "users.csv", "--no-wait", "--again")
        watched = psutil.Process(process.pid)

        async def is_connected() -> bool:
            return bool(watched.net_connections("tcp"))

        await until(is_connected, "the load has a connection to Kafka")
        assert "interrupted: 0 rows were published" in await interrupted(process)


async def test_a_second_ctrl_c_ends_a_load_whose_standard_input_says_nothing(shell: Shell) -> None:
    process = shell.start("load", "-", "--no-wait", stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(USERS)
    process.stdin.flush()
    pipe = process.stdin.fileno()

    async def is_read() -> bool:
        return fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4) == b"\0" * 4

    pressed = 0.0

    async def has_ended() -> bool:
        nonlocal pressed
        if process.poll() is None and time.monotonic() - pressed > BETWEEN_TWO_CTRL_C:
            pressed = time.monotonic()
            process.send_signal(signal.SIGINT)
        return process.poll() is not None

    await until(is_read, "all that was written is read")
    await until(has_ended, "Ctrl-C again ends it", ENDS_WITHIN)
    _, err = await asyncio.to_thread(process.communicate)
    assert process.returncode == 130
    assert "Traceback" not in err
