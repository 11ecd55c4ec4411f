"""One file from disk to Kafka: read, validate, publish."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import dropwhile

import orjson

from models.rows import Reject
from models.types.column_types import ListType
from producers.errors import RowFaultError, TooManyRejectsError
from producers.files.broken_rows import BrokenRow
from producers.files.csv_file import CsvFile
from producers.files.file_rows import FileRows
from producers.files.simple_blocks import BlockRows, Recognise, recogniser
from producers.kafka.destination import Writer
from producers.load.common_fault import CommonFault
from producers.load.options import NO_LIMIT, RejectLimit
from producers.load.rate_limit import RateLimit
from producers.load.report import FileReport
from producers.rows.deletions import encode_deletion
from producers.rows.fast_encoder import fast_encoder
from producers.rows.rejects import reject_of
from producers.rows.suspect_values import SuspectValues
from producers.rows.validation import encode_row, is_blank
from producers.sources.hashing import Digest, HashedSource

_ROWS_BETWEEN_YIELDS = 512
"""Rows between two turns of the event loop, in which batches are sent."""
_CHECKPOINT_SECONDS = 5.0
"""Between two of the times at which all lines read up to then are known to be published."""

OnReject = Callable[[Reject, int], None]
"""Told of a rejected row, and of how many rows of the file were read before it."""

Checkpoint = Callable[["FileLoad"], Awaitable[None]]


class FileLoad:
    """Loads one file; the report can be asked for at any time."""

    def __init__(
        self,
        source: CsvFile,
        rows: Writer,
        rejects: Writer,
        on_reject: OnReject,
        *,
        resume_after: int = 0,
        reject_limit: RejectLimit = NO_LIMIT,
        pace: RateLimit | None = None,
    ) -> None:
        """Prepare.

        Args:
            source: the file.
            rows: takes the records of its rows.
            rejects: takes its rejected rows.
            on_reject: called with each of them.
            resume_after: rows up to this line are passed over.
            reject_limit: how many rows may be rejected.
            pace: how fast rows may be read.
        """
        self._source = source
        self._rows = rows
        self._rejects = rejects
        self._encode_row = encode_deletion if source.layout.deletes else encode_row
        self._on_reject = on_reject
        self._resume_after = resume_after
        self._reject_limit = reject_limit
        self._pace = pace or RateLimit(None)
        self._measured = HashedSource(source.source)
        self._opened: FileRows | None = None
        self._bytes_read = 0
        self._warnings: tuple[str, ...] = ()
        self._suspects = SuspectValues(source.layout)
        lists = {column.name for column in source.layout.columns if isinstance(column.type, ListType)}
        self._common_fault = CommonFault(source.name, lists)
        self._read = 0
        self._rejected = 0
        self._stopping = False
        self._started = time.monotonic()
        self._seconds: float | None = None
        self._next_checkpoint = self._started + _CHECKPOINT_SECONDS
        self._line = self._last_line = resume_after
        self._measure: Digest | None = None
        self.is_complete = False
        """Whether it was read and published to its end."""

    @property
    def source(self) -> CsvFile:
        """The file that is loaded."""
        return self._source

    @property
    def writers(self) -> tuple[Writer, Writer]:
        """The writers of rows and of rejects."""
        return self._rows, self._rejects

    @property
    def first_line(self) -> int:
        """The line that was read first."""
        return self._resume_after + 1

    @property
    def last_line(self) -> int:
        """Up to here all is published."""
        return self._last_line

    @property
    def measure(self) -> Digest | None:
        """What the file's beginning was, at least up to `last_line`; all of it once it is complete."""
        return self._measure

    @property
    def bytes_read(self) -> int:
        """How far it was read, in bytes as they are on disk."""
        return self._bytes_read

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the person who loads it should know, one line each; complete once it is read."""
        notes = (f"{self._source.name}: {warning}" for warning in self._suspects.warnings)
        return (*self._warnings, *notes, *self._common_fault.told(self._read))

    @property
    def report(self) -> FileReport:
        """The result for the file up to now; counts only what Kafka has acknowledged."""
        return FileReport(
            path=self._source.name,
            kind=self._source.layout.kind.name,
            read=self._read,
            published=self._rows.acknowledged,
            rejected=self._rejects.acknowledged,
            seconds=time.monotonic() - self._started if self._seconds is None else self._seconds,
            has_common_fault=self._common_fault.is_common(self._read),
            columns=self._source.columns,
        )

    def stop(self) -> None:
        """Have `run` end soon, with everything published that was read."""
        self._stopping = True

    async def run(self, on_checkpoint: Checkpoint) -> None:
        """Load the file.

        Args:
            on_checkpoint: called when `last_line` and `measure` have moved, every few seconds and at the end.

        Raises:
            OSError: it cannot be read to its end; the rows before are published.
            TooManyRejectsError: more rows are bad than the limit allows; the rows before are published.
            aiokafka.errors.KafkaError: Kafka did not take the rows.
        """
        self._started = time.monotonic()
        try:
            await self._publish_rows(on_checkpoint)
        except (OSError, TooManyRejectsError):
            await self._settle()
            raise
        else:
            await self._settle()
            self.is_complete = not self._stopping and self._measured.at_end
        finally:
            self._seconds = time.monotonic() - self._started

    async def abandon(self) -> None:
        """Send nothing more; the report then counts what Kafka has of the file."""
        await asyncio.gather(*(writer.abandon() for writer in self.writers))

    async def _settle(self) -> None:
        """Wait until everything read is published, and take note how far that is."""
        for writer in self.writers:
            await writer.finish()
        self._last_line = self._line
        self._measure = self._measured.measure

    async def _publish_rows(self, on_checkpoint: Checkpoint) -> None:
        encode_fast = fast_encoder(self._source.layout, self._suspects)
        append, append_block = self._rows.append, self._rows.append_block
        full, rejects_full = self._rows.full, self._rejects.full
        yield_after = self._pace.rows_at_once(_ROWS_BETWEEN_YIELDS)
        resume_after = self._resume_after
        line = resume_after
        with replace(self._source, source=self._measured.source).opened() as rows:
            self._opened = rows
            for line, fields in dropwhile(lambda row: row[0] <= resume_after, rows.by_blocks(self._recogniser())):
                if isinstance(fields, BlockRows):
                    append_block(fields, line)
                    self._read += fields.count
                    line += fields.count - 1  # noqa: PLW2901  # that of its last row
                else:
                    record: tuple[bytes, bytes | None] | None = (
                        encode_fast(fields) if isinstance(fields, list) else None
                    )
                    if record is None:
                        record = self._encode(line, fields)
                    if record is not None:
                        self._read += 1
                        append(record[0], record[1], line)
                    if not (full or rejects_full) and line % yield_after:
                        continue
                self._line, self._bytes_read = line, rows.bytes_read
                if await self._take_turn(on_checkpoint):
                    return
            self._line, self._bytes_read, self._warnings = line, rows.bytes_read, rows.warnings
        self._judge(at_end=True)

    def _recogniser(self) -> Recognise | None:
        """What recognises whole blocks; where reading may begin or wait inside of one, nothing does."""
        if self._resume_after or self._pace.is_limited:
            return None
        return recogniser(self._source.layout, self._source.dialect)

    async def _take_turn(self, on_checkpoint: Checkpoint) -> bool:
        """Send what is full; whether to stop here."""
        for writer in self.writers:
            await writer.send_full()
        await self._pace.wait(self._read)
        if time.monotonic() > self._next_checkpoint:
            await self._settle()
            await on_checkpoint(self)
            self._next_checkpoint = time.monotonic() + _CHECKPOINT_SECONDS
        return self._stopping

    def _encode(self, line: int, fields: list[str] | BrokenRow) -> tuple[bytes, bytes | None] | None:
        """The record of a row that is not recognised at a glance; None if it is blank or rejected."""
        if isinstance(fields, BrokenRow):
            self._reject(RowFaultError(fields.fault), line, [])
        elif not is_blank(fields):
            try:
                record = self._encode_row(self._source.layout, fields)
                self._suspects.note(line, fields)
            except RowFaultError as fault:
                self._reject(fault, line, fields)
            else:
                return record
        return None

    def _reject(self, fault: RowFaultError, line: int, fields: list[str]) -> None:
        self._read += 1
        self._rejected += 1
        original = self._opened.original if self._opened else None
        reject = reject_of(fault, self._source.name, line, self._source.layout, fields, original)
        self._rejects.append(reject.file.encode(), orjson.dumps(reject.model_dump()), reject.line)
        self._common_fault.note(reject)
        self._on_reject(reject, self._read - 1)
        self._line = line
        self._judge()

    def _judge(self, *, at_end: bool = False) -> None:
        """See whether too many rows are bad."""
        if self._reject_limit.is_passed(self._read, self._rejected, at_end=at_end):
            raise TooManyRejectsError(
                f"{self._source.name}:{self._line}: stopped, as {self._rejected:,} of {self._read:,} rows are bad and "
                f"the limit is {self._reject_limit}: see the reasons above; what was read up to here is published"
            )
