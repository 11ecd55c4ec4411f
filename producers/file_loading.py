"""One file from disk to Kafka: read, validate, publish."""

from __future__ import annotations

import time
from collections.abc import Callable

import orjson

from models.rows import Reject
from models.topics import REJECTS
from producers.csv_file import CsvFile
from producers.deletions import encode_deletion
from producers.errors import RowFaultError
from producers.fast_rows import fast_encoder
from producers.publishing import TopicWriter
from producers.records import BrokenRow
from producers.rejects import reject_of
from producers.report import FileReport
from producers.validation import encode_row, is_blank

_ROWS_A_TURN = 512
"""Rows between two turns of the event loop, in which batches are sent."""


class FileLoad:
    """Loads one file; the report can be asked for at any time."""

    def __init__(
        self, source: CsvFile, open_writer: Callable[[str, str], TopicWriter], on_reject: Callable[[Reject], None]
    ) -> None:
        """Take the file, what opens a writer by topic and file name, and what is told of each rejected row."""
        self._source = source
        self._rows = open_writer(source.layout.kind.topic.name, source.name)
        self._rejects = open_writer(REJECTS, source.name)
        self._encode_row = encode_deletion if source.layout.deletes else encode_row
        self._on_reject = on_reject
        self._read = 0
        self._started = time.monotonic()
        self._seconds: float | None = None

    @property
    def writers(self) -> tuple[TopicWriter, TopicWriter]:
        """The writers of rows and of rejects."""
        return self._rows, self._rejects

    @property
    def report(self) -> FileReport:
        """What came of the file up to now; counts only what Kafka has acknowledged."""
        return FileReport(
            path=self._source.name,
            kind=self._source.layout.kind.name,
            read=self._read,
            published=self._rows.acknowledged,
            rejected=self._rejects.acknowledged,
            seconds=time.monotonic() - self._started if self._seconds is None else self._seconds,
        )

    async def run(self) -> None:
        """Load the file.

        Raises:
            OSError: it cannot be read to its end; the rows before are published.
            aiokafka.errors.KafkaError: Kafka did not take the rows.
        """
        try:
            await self._publish_rows()
        except OSError:
            await self._finish()
            raise
        else:
            await self._finish()
        finally:
            self._seconds = time.monotonic() - self._started

    async def abandon(self) -> None:
        """Send nothing more; the report then counts what Kafka has of the file."""
        for writer in self.writers:
            await writer.abandon()

    async def _finish(self) -> None:
        for writer in self.writers:
            await writer.finish()

    async def _publish_rows(self) -> None:
        encode_fast = fast_encoder(self._source.layout)
        append, full = self._rows.append, self._rows.full
        with self._source.opened() as records:
            for line, fields in records:
                record: tuple[bytes, bytes | None] | None = encode_fast(fields) if isinstance(fields, list) else None
                if record is None:
                    record = self._encode(line, fields)
                if record is not None:
                    self._read += 1
                    append(record[0], record[1], line)
                if full or not line % _ROWS_A_TURN:
                    await self._rows.send_full()
                    await self._rejects.send_full()

    def _encode(self, line: int, fields: list[str] | BrokenRow) -> tuple[bytes, bytes | None] | None:
        """The record of a row that is not recognised at a glance; None if it is blank or rejected."""
        if isinstance(fields, BrokenRow):
            self._reject(RowFaultError(fields.fault), line)
        elif not is_blank(fields):
            try:
                return self._encode_row(self._source.layout, fields)
            except RowFaultError as fault:
                self._reject(fault, line)
        return None

    def _reject(self, fault: RowFaultError, line: int) -> None:
        self._read += 1
        reject = reject_of(fault, self._source.name, line)
        self._rejects.append(reject.file.encode(), orjson.dumps(reject.model_dump()), reject.line)
        self._on_reject(reject)
