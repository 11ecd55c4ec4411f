"""The whole way of a load: find the files, publish their rows, and wait until Postgres has them if asked to."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from models.clients.applied_offsets import TopicPartition
from models.declaration.in_force import model_named
from models.errors import ExactFeaturesError
from models.manifest import Position
from models.rows import Reject
from models.settings.environment import Settings
from models.topics import REJECTS
from producers.errors import InterruptedLoadError, NothingLoadableError
from producers.files.csv_file import CsvFile
from producers.files.discovery import GivenPath, cannot_read, find
from producers.kafka.destination import CountingWriter, Destination, Nowhere, kafka
from producers.kafka.load_id import new_load_identity
from producers.load.file_loading import Checkpoint, FileLoad, OnReject
from producers.load.manifest_publisher import ManifestPublisher
from producers.load.options import LoadOptions
from producers.load.positions import positions
from producers.load.rate_limit import RateLimit
from producers.load.report import SHOWN_REJECTS, LoadReport
from producers.rows.column_mapping import RowMapping
from producers.rows.file_kinds import FileKinds
from producers.rows.read_options import options_from
from producers.sources.source import SentFile


async def load(
    paths: Sequence[GivenPath] | Mapping[Path, str],
    settings: Settings,
    *,
    wait_timeout: float | None = None,
    on_reject: Callable[[Reject], None] | None = None,
    on_start: Callable[[UUID], None] | None = None,
    reading: Mapping[str, Any] | None = None,
    dry_run: bool = False,
) -> LoadReport:
    """Load files and folders into Kafka.

    Args:
        paths: CSV files, and folders whose CSV files are meant; or files that were sent, with what their sender calls
            each.
        settings: where Kafka and Postgres are.
        wait_timeout: seconds to wait for the worker to have applied everything; None: don't wait.
        on_reject: called with each rejected row.
        on_start: called with the load's id before anything else happens.
        reading: how the files are to be read; see `reading.options_from`.
        dry_run: read and judge everything, publish nothing.

    Raises:
        ReadingOptionError: they cannot be read so.
        NothingLoadableError: no path leads to a file that can be loaded.
        KafkaUnreachableError: Kafka does not answer, or stopped answering.
        TopicCreationError: Kafka refuses to create a topic.
        ModelDiffersError: Postgres answers, and another model of these rows is in force there.
        DatabaseUnreachableError: Postgres does not answer while waiting.
    """
    kinds = FileKinds(model_named(settings.model))
    options = LoadOptions(RowMapping(kinds), options_from(reading or {}), dry_run=dry_run)
    listener = None if on_reject is None else lambda reject, _: on_reject(reject)
    given = [SentFile(*sent) for sent in paths.items()] if isinstance(paths, Mapping) else paths
    started = Load(given, settings, options, on_reject=listener)
    if on_start:
        on_start(started.load_id)
    return await started.run(wait_timeout=wait_timeout)


class Load:
    """One load; `report` can be asked for at any time, after an interruption too."""

    def __init__(
        self,
        paths: Sequence[GivenPath],
        settings: Settings,
        options: LoadOptions | None = None,
        *,
        on_reject: OnReject | None = None,
    ) -> None:
        """See `load`; here `on_reject` also gets how many rows of the file were read before."""
        self._paths = paths
        self._settings = settings
        self._options = options or LoadOptions()
        self._on_reject = on_reject
        self._identity = new_load_identity()
        self._started_ms = self._identity.published_ms
        self._files: list[FileLoad] = []
        self._problems: list[str] = []
        self._notes: list[str] = []
        self._first_rejects: list[Reject] = []
        self._is_publishing = False
        self._stopping = False
        self._pending: dict[TopicPartition, int] | None = None
        self._reached: Mapping[TopicPartition, int] = {}
        self._waited_seconds = 0.0
        self._lagging: list[str] | None = None

    @property
    def load_id(self) -> UUID:
        """The id of this load."""
        return self._identity.load_id

    @property
    def files(self) -> Sequence[FileLoad]:
        """The files that were begun, in order; the last one may be at work."""
        return self._files

    @property
    def unapplied(self) -> int | None:
        """While it is waited for Postgres: how many records it has not passed yet; None before."""
        if self._pending is None:
            return None
        return sum(max(0, offset - self._reached.get(at, 0)) for at, offset in self._pending.items())

    @property
    def report(self) -> LoadReport:
        """The result of the load up to now."""
        warnings = [warning for file in self._files for warning in file.warnings]
        return LoadReport(
            load_id=self._identity.load_id,
            files=tuple(file.report for file in self._files),
            problems=tuple(self._problems),
            notes=(*self._notes, *warnings),
            first_rejects=tuple(self._first_rejects),
            applied=None if self._lagging is None else not self._lagging,
            waited_seconds=self._waited_seconds,
            lagging=tuple(self._lagging or ()),
        )

    @property
    def is_publishing(self) -> bool:
        """Whether files are being read and published at the moment."""
        return self._is_publishing

    @property
    def is_stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping

    def stop(self) -> None:
        """Have `run` end soon, with everything published that was read; only while files are being published."""
        self._stopping = True
        if self._files:
            self._files[-1].stop()

    async def run(self, *, wait_timeout: float | None = None) -> LoadReport:
        """Do it; see `load`.

        Raises:
            TooManyRejectsError: more rows are bad than the options allow.
            InterruptedLoadError: `stop` was called.
        """
        inputs = find(self._paths, self._options.layout_of, self._options.reading)
        self._problems += inputs.problems
        self._notes += inputs.notes
        if not inputs.files and inputs.problems:
            raise NothingLoadableError(self._problems)
        if self._options.dry_run:
            files: Sequence[CsvFile] = inputs.files
            self._notes.append("a dry run: what would be published is counted, and nothing is published")
        else:
            files = await self._checked_by_database(inputs.files)
        if not files:
            return self.report
        async with self._destination() as to:
            journal = ManifestPublisher(to, self.load_id, self._started_ms)
            await self._publish(files, to, journal)
        if wait_timeout is not None and not self._options.dry_run:
            await self._wait(wait_timeout, journal, to)
        return self.report

    async def _publish(self, files: Sequence[CsvFile], to: Destination, journal: ManifestPublisher) -> None:
        """Publish all files, and what became of them."""
        await journal.tell("publishing", self.report)
        self._is_publishing = True
        try:
            await self._publish_files(files, to, journal)
        except ExactFeaturesError as error:
            await journal.tell("failed", self.report, self._positions(to), str(error))
            raise
        finally:
            self._is_publishing = False
        await journal.tell("published", self.report, self._positions(to), resolves=self._options.resolves())

    async def _publish_files(self, files: Sequence[CsvFile], to: Destination, journal: ManifestPublisher) -> None:
        started_before = await self._begun(files, to)
        pace = RateLimit(self._options.rate)

        async def checkpoint(file: FileLoad) -> None:
            journal.note(file, self._identity.published_ms)
            if journal.is_due:
                await journal.tell("publishing", self.report, self._positions(to))

        for source in files:
            if self._stopping:
                raise InterruptedLoadError("interrupted")
            file = self._file_load(source, to, pace, started_before.get(source.name, 0))
            self._files.append(file)
            try:
                await self._run_file(file, checkpoint)
            except ExactFeaturesError:
                journal.note(file, self._identity.published_ms)
                raise
            await checkpoint(file)
            self._identity = self._identity.of_next_file()
            pace.next_file()
        if self._stopping:
            raise InterruptedLoadError("interrupted")

    def _file_load(self, source: CsvFile, to: Destination, pace: RateLimit, resume_after: int) -> FileLoad:
        rows = to.open_writer(source.layout.kind.name, self._identity, source.name)
        rejects = (
            to.open_writer(REJECTS, self._identity, source.name)
            if self._options.keep_rejects
            else CountingWriter(REJECTS)
        )
        return FileLoad(
            source,
            rows,
            rejects,
            self._note_reject,
            resume_after=resume_after,
            reject_limit=self._options.reject_limit,
            pace=pace,
        )

    async def _run_file(self, file: FileLoad, checkpoint: Checkpoint) -> None:
        try:
            await file.run(checkpoint)
        except OSError as error:
            self._problems.append(cannot_read(file.source.name, error))
        except ExactFeaturesError:
            raise
        except BaseException:
            await file.abandon()
            raise

    async def _checked_by_database(self, files: Sequence[CsvFile]) -> Sequence[CsvFile]:
        """The files that Postgres does not hold yet, if that is asked for; none is needed to publish."""
        settings, skip = self._settings, self._options.skip_loaded
        if not skip and "database_url" not in settings.model_fields_set:
            return files
        # Here and not above, as below: most loads need no client of Postgres.
        from producers.load.database_checks import checked  # noqa: PLC0415

        rest, notes = await checked(settings, files, skip_loaded=skip)
        self._notes += notes
        return rest

    async def _begun(self, files: Sequence[CsvFile], to: Destination) -> Mapping[str, int]:
        """The line after which each file is resumed, if that was asked for."""
        if not self._options.resume:
            return {}
        from producers.load.resume import resume_lines  # noqa: PLC0415

        lines, notes = await resume_lines(self._settings.database_url, files, to.topic_ids)
        self._notes += notes
        return lines

    def _positions(self, to: Destination) -> list[Position]:
        return positions((writer for file in self._files for writer in file.writers), to.topic_ids)

    async def _wait(self, wait_timeout: float, journal: ManifestPublisher, to: Destination) -> None:
        from producers.load.wait_applied import lagging_after  # noqa: PLC0415

        started = time.monotonic()
        published = {TopicPartition(at.topic, at.partition): at.next_offset for at in self._positions(to)}
        self._pending = {**published, **journal.next_offsets}
        self._lagging = await lagging_after(
            wait_timeout, self._settings.database_url, self._pending, to.topic_ids, self._note_reached
        )
        self._waited_seconds = time.monotonic() - started

    def _note_reached(self, reached: Mapping[TopicPartition, int]) -> None:
        self._reached = reached

    def _note_reject(self, reject: Reject, row: int) -> None:
        if len(self._first_rejects) < SHOWN_REJECTS:
            self._first_rejects.append(reject)
        if self._on_reject:
            self._on_reject(reject, row)

    @asynccontextmanager
    async def _destination(self) -> AsyncIterator[Destination]:
        if self._options.dry_run:
            yield Nowhere()
            return
        async with kafka(self._settings, lambda: self.report.published) as to:
            yield to
