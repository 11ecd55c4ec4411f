"""The unit of work: the records that one fetch brought from one partition, as columns.

A record object with its key, headers and their names takes ten times the memory of its value; so the transport
keeps the values and, of the headers, what orders publications and names a file and line.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from models.publication import Source, SourceReader


class Origin(NamedTuple):
    """Where a load's record came from; records of one load share it."""

    source: Source
    file: str | None


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """Consecutive records of one partition of an input topic; never empty."""

    topic: str
    partition: int
    topic_id: UUID
    """The id that the topic had when this worker was given the partition."""
    position: int
    """Where the batch before ended: every record in Kafka since then is in here."""
    offsets: Sequence[int]
    """Ascending; usually without gaps."""
    values: Sequence[bytes | None]
    sources: Sequence[Source]
    """Publication time and load of each record."""
    lines: Sequence[int]
    """Line in the file of each record; for a record that names no file and line, its offset."""
    files: Sequence[str | None]

    @property
    def next_offset(self) -> int:
        """The offset after the last record."""
        return self.offsets[-1] + 1

    def since(self, offset: int, excluded: Container[int]) -> RecordBatch | None:
        """The records from an offset on, without those at the excluded offsets; None if there are none."""
        if self.offsets[0] >= offset and not excluded:
            return self
        return self._part([i for i, o in enumerate(self.offsets) if o >= offset and o not in excluded])

    def halves(self) -> list[RecordBatch]:
        """Two batches, of the first and the second half of the records."""
        middle = len(self.offsets) // 2
        parts = (self._part(range(middle)), self._part(range(middle, len(self.offsets))))
        return [part for part in parts if part is not None]

    def _part(self, indices: Sequence[int]) -> RecordBatch | None:
        if not indices:
            return None
        return RecordBatch(
            self.topic,
            self.partition,
            self.topic_id,
            self.position,
            [self.offsets[i] for i in indices],
            [self.values[i] for i in indices],
            [self.sources[i] for i in indices],
            [self.lines[i] for i in indices],
            [self.files[i] for i in indices],
        )

    def __str__(self) -> str:
        """Where it is, for messages."""
        return f"{self.topic}[{self.partition}] offsets {self.offsets[0]}..{self.offsets[-1]}"


def batch_of(
    topic: str, partition: int, topic_id: UUID, position: int, records: Iterable[Any], reader: SourceReader
) -> RecordBatch:
    """Make a batch of aiokafka's records."""
    offsets: list[int] = []
    values: list[bytes | None] = []
    sources: list[Source] = []
    lines: list[int] = []
    files: list[str | None] = []
    read = reader.read
    # This loop runs for every record: it does no more than it must.
    for record in records:
        offset = record.offset
        source, line, file = read(record.timestamp, record.headers, partition, offset)
        offsets.append(offset)
        values.append(record.value)
        sources.append(source)
        lines.append(line)
        files.append(file)
    first, last = offsets[0], offsets[-1]
    consecutive = range(first, last + 1) if last - first + 1 == len(offsets) else offsets
    return RecordBatch(topic, partition, topic_id, position, consecutive, values, sources, lines, files)
