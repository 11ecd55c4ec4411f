"""What a load reports of itself: manifests to the topic `loads`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

from models.clients.applied_offsets import TopicPartition
from models.manifest import MAX_FILES, MAX_HEADER, MAX_RESOLVED, LoadedFile, Manifest, Position, State
from models.topics import LOADS
from producers.files.fingerprint import fingerprint
from producers.kafka.destination import Destination
from producers.load.file_loading import FileLoad
from producers.load.report import LoadReport
from producers.printable import printable

_MAX_PROBLEMS = 100
_MAX_ERROR = 2000
_TELL_SECONDS = 1.0
"""Files that are done sooner after each other are reported together."""


class ManifestPublisher:
    """Publishes the manifests of one load."""

    def __init__(self, destination: Destination, load_id: UUID, started_ms: int) -> None:
        self._destination = destination
        self._load_id = load_id
        self._started_ms = started_ms
        self._number = 0
        self._told = 0.0
        self._news: dict[int, LoadedFile] = {}
        self._numbers: dict[FileLoad, int] = {}
        self.next_offsets: dict[TopicPartition, int] = {}
        """The offset after the last manifest of the partition that they go to."""

    def note(self, file: FileLoad, published_ms: int) -> None:
        """Keep the result for a file up to now, to be sent with the next manifest."""
        number = self._numbers.setdefault(file, len(self._numbers))
        self._news[number] = _loaded_file(file, number, published_ms)

    @property
    def is_due(self) -> bool:
        """Whether the last manifest was not just a moment ago, or much is new."""
        return len(self._news) >= MAX_FILES or time.monotonic() - self._told > _TELL_SECONDS

    async def tell(
        self,
        state: State,
        report: LoadReport,
        positions: Sequence[Position] = (),
        error: str | None = None,
        resolves: Sequence[UUID] = (),
    ) -> None:
        """Publish what is new; in several manifests, if it is much.

        Raises:
            aiokafka.errors.KafkaError: Kafka did not take it.
        """
        news, rest = list(self._news.values()), list(resolves)
        self._news.clear()
        while True:
            manifest = Manifest(
                load_id=self._load_id,
                number=self._number,
                state=state,
                started_ms=self._started_ms,
                ended_ms=None if state == "publishing" else time.time_ns() // 1_000_000,
                read=report.read,
                published=report.published,
                rejected=report.rejected,
                error=None if error is None else printable(error)[:_MAX_ERROR],
                problems=[printable(problem)[:_MAX_ERROR] for problem in report.problems[:_MAX_PROBLEMS]],
                positions=list(positions),
                files=news[:MAX_FILES],
                resolves=rest[:MAX_RESOLVED],
            )
            value = manifest.model_dump_json().encode()
            partition, offset = await self._destination.tell(LOADS, self._load_id, value)
            self.next_offsets = {TopicPartition(LOADS, partition): offset + 1}
            self._number += 1
            self._told = time.monotonic()
            news, rest = news[MAX_FILES:], rest[MAX_RESOLVED:]
            if not news and not rest:
                return


def _loaded_file(file: FileLoad, number: int, published_ms: int) -> LoadedFile:
    source, report, measure = file.source, file.report, file.measure
    return LoadedFile(
        number=number,
        path=source.name,
        kind=source.layout.kind.name,
        deletes=source.layout.deletes,
        header=printable(source.header) if 0 < len(source.header) <= MAX_HEADER else None,
        options=fingerprint(source),
        size=source.source.size,
        digest=None if measure is None else measure.digest,
        digested=0 if measure is None else measure.size,
        published_ms=published_ms,
        read=report.read,
        published=report.published,
        rejected=report.rejected,
        first_line=file.first_line,
        last_line=file.last_line,
        complete=file.is_complete,
    )
