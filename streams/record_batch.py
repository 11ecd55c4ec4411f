"""The unit of work: the records that one fetch brought from one partition, as columns.

A record object with its key, headers and their names takes ten times the memory of its value; so the transport
keeps the values and, of the headers, what orders publications and names a file and line. Only of a record without
value it keeps the key as well.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from models.publication import Source, SourceReader


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
    keys: Mapping[int, bytes | None] = field(default_factory=dict)
    """Keys of the records without value, by offset: such a record may delete what its key names."""

    @property
    def next_offset(self) -> int:
        """The offset after the last record."""
        return self.offsets[-1] + 1

    def key_at(self, index: int) -> bytes | None:
        """The key of a record without value."""
        return self.keys.get(self.offsets[index])

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
            self.keys,
        )

    def __str__(self) -> str:
        """Where it is, for messages."""
        return f"{self.topic}[{self.partition}] offsets {self.offsets[0]}..{self.offsets[-1]}"


class RecordColumns:
    """Collects aiokafka's records of one partition as columns, so that no record is held for longer than its turn."""

    def __init__(self, partition: int, reader: SourceReader) -> None:
        self._partition = partition
        self._read = reader.read
        self.offsets: list[int] = []
        self.values: list[bytes | None] = []
        self.sources: list[Source] = []
        self.lines: list[int] = []
        self.files: list[str | None] = []
        self.keys: dict[int, bytes | None] = {}

    def add(self, _: object, record: Any) -> None:  # noqa: ANN401  # aiokafka's record
        """Add one record; called by aiokafka for each, so it does no more than it must."""
        offset, value = record.offset, record.value
        source, line, file = self._read(record.timestamp, record.headers, self._partition, offset)
        self.offsets.append(offset)
        self.values.append(value)
        self.sources.append(source)
        self.lines.append(line)
        self.files.append(file)
        if value is None:
            self.keys[offset] = record.key

    def batch(self, topic: str, topic_id: UUID, position: int) -> RecordBatch:
        """The batch of all records added; there must be one."""
        first, last = self.offsets[0], self.offsets[-1]
        consecutive = last - first + 1 == len(self.offsets)
        offsets = range(first, last + 1) if consecutive else self.offsets
        return RecordBatch(
            topic,
            self._partition,
            topic_id,
            position,
            offsets,
            self.values,
            self.sources,
            self.lines,
            self.files,
            self.keys,
        )
