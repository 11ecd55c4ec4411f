"""The project's own processes, started by tests as a user starts them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient

from tests.conditions import until

STOP_SECONDS = 20
COMMAND_SECONDS = 300


class Worker:
    """A worker's process with its log in a file."""

    def __init__(self, environment: dict[str, str], log: Path, arguments: Sequence[str]) -> None:
        """Start Python with these arguments."""
        self.log_path = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                env=environment,
                stdout=output,
                stderr=output,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    async def ready(self, limit: float = 60.0) -> None:
        async def is_ready() -> bool:
            if not self.is_running:
                raise AssertionError(f"the worker ended: {self.log()[-3000:]}")
            return "Worker ready" in self.log()

        await until(is_ready, "the worker is ready", limit)

    async def ended(self) -> int:
        async def has_ended() -> bool:
            return not self.is_running

        await until(has_ended, "the worker ended")
        assert self.exit_code is not None
        return self.exit_code

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        if self.is_running:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


@dataclass
class Stack:
    """A blank world: the environment that names it, and the processes started in it."""

    environment: dict[str, str]
    folder: Path
    workers: list[Worker] = field(default_factory=list)

    def start_worker(self, *, web: bool = False, **variables: str) -> Worker:
        log = self.folder / f"worker-{len(self.workers)}.log"
        arguments = ["-m", "faust", "-A", "streams.app", "worker", "-l", "info", *([] if web else ["--without-web"])]
        worker = Worker({**self.environment, **variables}, log, arguments)
        self.workers.append(worker)
        return worker

    def end(self) -> None:
        # A worker that leaves the consumer group lets the next test's in at once; a killed one is waited for.
        for worker in self.workers:
            worker.stop()

    async def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of our modules to its end."""
        return await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    async def load(self, *paths: os.PathLike[str], wait: bool = True) -> subprocess.CompletedProcess[str]:
        """Publish files, and wait until they are applied."""
        if wait:
            await self.workers[-1].ready()
        waiting = ["--wait", "--wait-timeout", "120"] if wait else []
        return await self.run("producers.csv", *map(os.fspath, paths), *waiting)

    async def fetch(self, query: str, *arguments: object) -> list[Any]:
        connection = await asyncpg.connect(self.environment["DATABASE_URL"])
        try:
            return list(await connection.fetch(query, *arguments))
        finally:
            await connection.close()

    async def delete_topic(self, name: str) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.environment["KAFKA_BOOTSTRAP_SERVERS"])
        await admin.start()

        async def is_gone() -> bool:
            return name not in await admin.list_topics()

        try:
            await admin.delete_topics([name])
            await until(is_gone, f"topic {name} is deleted")
        finally:
            await admin.close()

    async def assert_audit_is_equal(self) -> None:
        audit = await self.run("streams.audit")
        assert audit.returncode == 0, audit.stderr
