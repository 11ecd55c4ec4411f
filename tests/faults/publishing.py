"""Publishers of a history: our producer as a process, and another client that never rests."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import Process
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from tests.conditions import until
from tests.faults.client_records import ClientRecord, ClientRecords
from tests.faults.declaration import Declaration, Key, Row
from tests.faults.history import CsvFile
from tests.faults.kafka_log import LogRecord
from tests.faults.patience import patient
from tests.faults.reading import Publication

EXIT_PUBLISHED, EXIT_SOME_REJECTED = 0, 1
LOAD_LINE = re.compile(r"^load ([0-9a-f-]{36})$", re.MULTILINE)
SECONDS_A_LOAD = 180
CLIENT_PAUSE = 0.02
CLIENT_PATIENCE = 1.0


class Loads:
    """Runs of `python -m producers.csv`, and what each of them must have left in the log."""

    def __init__(self, environment: dict[str, str], declaration: Declaration, model: str) -> None:
        self.environment = environment
        self._models = [(declaration, model)]
        self.program: Sequence[str] = ("-m", "producers.csv")
        """What Python runs for a load, before its options."""
        self._complete: list[tuple[str, CsvFile, Mapping[int, Row | Key | None]]] = []
        self._found: defaultdict[tuple[str, str], defaultdict[int, list[Publication | None]]]
        self._found = defaultdict(lambda: defaultdict(list))

    def change(self, declaration: Declaration, model: str) -> None:
        """Load files with another model from now on."""
        self.environment["MODEL"] = model
        self._models.append((declaration, model))

    async def run(self, *files: CsvFile, expect_all: bool = True) -> int:
        """Load files to the end; the exit code.

        Args:
            files: all of them to be deleted rows, or none.
            expect_all: whether each of their lines must be in Kafka afterwards; not so if they grow meanwhile.
        """
        lines = [(file, dict(file.lines)) for file in files]
        process = await self._start(files)
        output, errors = await asyncio.wait_for(process.communicate(), patient(SECONDS_A_LOAD))
        assert process.returncode is not None
        load = LOAD_LINE.search(output.decode())
        if process.returncode in {EXIT_PUBLISHED, EXIT_SOME_REJECTED} and expect_all:
            assert load is not None, f"the producer names no load: {output.decode()} {errors.decode()}"
            self._complete += [(load[1], file, expected) for file, expected in lines]
        return process.returncode

    async def run_until_done(self, *files: CsvFile) -> None:
        """Load files; if Kafka is away, the same command again until it is back."""

        async def is_done() -> bool:
            return await self.run(*files) in {EXIT_PUBLISHED, EXIT_SOME_REJECTED}

        await until(is_done, "a load is done", patient(SECONDS_A_LOAD))

    async def kill_one(self, file: CsvFile, after: float) -> None:
        """Load a file, and kill the producer after so many seconds, if it runs so long."""
        process = await self._start([file])
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), after)
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()

    async def _start(self, files: Sequence[CsvFile]) -> Process:
        options = ["--delete"] if files[0].deletes else []
        paths = [os.fspath(file.path) for file in files]
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *self.program,
            *options,
            *paths,
            env={**self.environment, "MODEL": self._model_of(files)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    def _model_of(self, files: Sequence[CsvFile]) -> str:
        """The newest model whose columns are those of the files: a column that came later is not in them."""
        return next(
            model
            for declaration, model in reversed(self._models)
            if all(any(file.table is table for table in declaration.tables) for file in files)
        )

    def note(self, record: LogRecord, publication: Publication | None) -> None:
        """Take what a record of the log publishes; None of one that is rejected."""
        if "load" in record.headers:
            place = record.headers["load"].decode(), Path(record.headers["file"].decode()).name
            self._found[place][int(record.headers["line"])].append(publication)

    def wrong(self) -> list[str]:
        """What the log has of loads that it should not; every line of a complete one must be there once, as it is."""
        wrong = [
            f"load {load}, {name}, line {line} is there {len(found)} times"
            for (load, name), lines in self._found.items()
            for line, found in lines.items()
            if len(found) > 1
        ]
        for load, file, expected in self._complete:
            found = self._found[load, file.path.name]
            if missing := sorted(expected.keys() ^ found.keys()):
                wrong.append(f"load {load}, {file.path.name}: lines missing or too many: {missing[:5]}")
            wrong += [
                f"load {load}, {file.path.name}:{line}: {found[line][0]} and not {wanted}"
                for line in expected.keys() & found.keys()
                if (wanted := _publication(file, expected[line], found[line][0])) != found[line][0]
            ]
        self._complete.clear()
        self._found.clear()
        return wrong


def _publication(file: CsvFile, line: Row | Key | None, found: Publication | None) -> Publication | None:
    """What a line says; of a column that was declared later, nothing."""
    if line is None:
        return None
    if not isinstance(line, dict):
        return Publication(line, None)
    return Publication(file.table.key_of(line), {**dict.fromkeys((found and found.row) or ()), **line})


class Client:
    """Publishes one record of any kind after the other, to any partition, until it is stopped."""

    def __init__(self, bootstrap_servers: str, records: ClientRecords) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._records = records
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Start, unless it runs."""
        if self._task is None or self._task.done():
            self._stopping = False
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        # Not by cancellation: Python 3.11's wait_for can lose it.
        self._stopping = True
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap_servers,
            linger_ms=5,
            request_timeout_ms=5000,
            compression_type=self._records.codec(),
        )
        await producer.start()
        try:
            while not self._stopping:
                # What the broker does not take in time may arrive or not: the log will tell.
                with suppress(KafkaError, TimeoutError):
                    await asyncio.wait_for(self._publish_next(producer), CLIENT_PATIENCE)
                await asyncio.sleep(self._pause())
        finally:
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(producer.stop(), CLIENT_PATIENCE)

    async def _publish_next(self, producer: AIOKafkaProducer) -> None:
        await self._publish(producer, self._records.record())

    def _pause(self) -> float:
        return CLIENT_PAUSE

    async def _publish(self, producer: AIOKafkaProducer, record: ClientRecord) -> None:
        partitions = sorted(await producer.partitions_for(record.topic))
        await producer.send(
            record.topic,
            key=record.key,
            value=record.value,
            timestamp_ms=record.timestamp,
            partition=partitions[record.partition_hint % len(partitions)],
        )


class Trickle(Client):
    """Publishes a few records at a time, to many partitions at once: they share the worker's transactions."""

    async def _publish_next(self, producer: AIOKafkaProducer) -> None:
        await asyncio.gather(*(self._publish(producer, record) for record in self._records.burst()))

    def _pause(self) -> float:
        return self._records.pause()
