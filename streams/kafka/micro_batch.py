"""The unit of work: consecutive records of one partition, as columns.

A record object with its key, headers and their names takes ten times the memory of its value; so a micro-batch
keeps the values, as one block, and, of the headers, what orders publications and names a file and line. Only of a
record without value it keeps the key as well.

A fetch becomes micro-batches in `streams.kafka.batch_consumer`.
"""

from __future__ import annotations

from array import array
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, groupby, pairwise
from typing import Any, NamedTuple
from uuid import UUID

from models.fault_codes import FaultCode
from models.publication import Source, SourceReader
from streams.columns.byte_column import ByteColumn, byte_column, joined_byte_columns
from streams.columns.constant_column import chosen, compact, joined_columns
from streams.decoding.decoded_values import DecodedValues

RECORDS_OF_STATEMENT = 25_000
"""Batches are joined to this size: larger ones take memory and are no faster, smaller ones take more statements."""

BYTES_OF_RECORD = 32
"""Of its value, that a decoded row of a few numbers takes at most."""


class Unfit(NamedTuple):
    """Why a record is not to be stored, whatever its value: it becomes a dead letter."""

    code: FaultCode
    reason: str
    published_ms: int
    """When it counts as published: what is published later corrects it."""
    field: str | None = None
    value: str | None = None
    """What stood there; without a field, the record's value is what is shown."""


@dataclass(frozen=True, slots=True)
class MicroBatch:
    """Consecutive records of one partition of an input topic; maybe none, where only marks of transactions stood."""

    topic: str
    partition: int
    topic_id: UUID
    """The id that the topic had when this worker was given the partition."""
    position: int
    """Where the batch before ended: every record in Kafka since then is in here."""
    next_offset: int
    """Where the next one begins: after the last record, and after all behind it that holds none to be read, such as
    marks of transactions, records of aborted ones, and what compaction left."""
    offsets: Sequence[int]
    """Ascending; usually without gaps."""
    values: ByteColumn | DecodedValues
    sources: Sequence[Source]
    """Publication time and load of each record."""
    lines: Sequence[int]
    """Line in the file of each record; for a record that names no file and line, its offset."""
    files: Sequence[str | None]
    keys: Mapping[int, bytes | None] = field(default_factory=dict)
    """Keys of the records without value, by offset: such a record may delete what its key names."""
    unfit: Mapping[int, Unfit] = field(default_factory=dict)
    """Records that are not to be stored, by offset."""

    @property
    def weight(self) -> int:
        """How many records it counts for in memory: more than it has, if values take more than BYTES_OF_RECORD."""
        return max(len(self.offsets), self.values.nbytes // BYTES_OF_RECORD)

    def key_at(self, index: int) -> bytes | None:
        """The key of a record without value."""
        return self.keys.get(self.offsets[index])

    def since(self, offset: int, excluded: Container[int]) -> MicroBatch | None:
        """The records from an offset on, without those at the excluded offsets; None if there are none."""
        if self.offsets and self.offsets[0] >= offset and not excluded:
            return self
        return self._at([i for i, o in enumerate(self.offsets) if o >= offset and o not in excluded])

    def halves(self) -> list[MicroBatch]:
        """Two batches, of the first and the second half of the records."""
        return self.parts(-(-len(self.offsets) // 2))

    def parts(self, most: int) -> list[MicroBatch]:
        """The records in order, in batches of at most so many."""
        if len(self.offsets) <= most:
            return [self]
        parts: list[MicroBatch] = []
        position = self.position
        for start in range(0, len(self.offsets), most):
            part = self._between(start, start + most)
            is_last = start + most >= len(self.offsets)
            next_offset = self.next_offset if is_last else part.offsets[-1] + 1
            parts.append(replace(part, position=position, next_offset=next_offset))
            position = next_offset
        return parts

    def _between(self, start: int, stop: int) -> MicroBatch:
        consecutive = slice(start, stop)
        return replace(
            self,
            offsets=self.offsets[consecutive],
            values=self.values[consecutive],
            sources=self.sources[consecutive],
            lines=self.lines[consecutive],
            files=self.files[consecutive],
        )

    def _at(self, indices: Sequence[int]) -> MicroBatch | None:
        if not indices:
            return None
        if indices[-1] - indices[0] + 1 == len(indices):
            return self._between(indices[0], indices[-1] + 1)
        return replace(
            self,
            offsets=[self.offsets[i] for i in indices],
            values=byte_column(self.values[i] for i in indices),
            sources=chosen(self.sources, indices),
            lines=[self.lines[i] for i in indices],
            files=chosen(self.files, indices),
        )

    def __str__(self) -> str:
        """Where it is, for messages."""
        first, last = (self.offsets[0], self.offsets[-1]) if self.offsets else (self.position, self.next_offset - 1)
        return f"{self.topic}[{self.partition}] offsets {first}..{last}"


MicroBatches = Sequence[MicroBatch]
"""Batches of one topic, those of a partition beside each other, by ascending partition; each of a partition follows on
the one before. Never empty."""


def by_partition(batches: MicroBatches) -> list[MicroBatches]:
    """The batches of each partition."""
    return [list(run) for _, run in groupby(batches, lambda batch: batch.partition)]


def grouped_by_size(batches: MicroBatches, most: int) -> list[list[MicroBatch]]:
    """The batches in groups of so many records at most, or of one batch that has more."""
    groups: list[list[MicroBatch]] = []
    size = 0
    for batch in batches:
        if not groups or size + len(batch.offsets) > most:
            groups.append([])
            size = 0
        groups[-1].append(batch)
        size += len(batch.offsets)
    return groups


def joined(batches: MicroBatches) -> list[MicroBatch]:
    """The records of several batches of one partition in one batch, or more: decoded values stay apart from others."""
    filled = [batch for batch in batches if batch.offsets] or batches[:1]
    found: list[MicroBatch] = []
    position = batches[0].position
    # To make bytes of what is decoded would take much longer than another batch.
    for _, alike in groupby(filled, lambda batch: type(batch.values)):
        found.append(replace(_joined(list(alike)), position=position))
        position = found[-1].next_offset
    found[-1] = replace(found[-1], next_offset=batches[-1].next_offset)
    return found


def _joined(batches: Sequence[MicroBatch]) -> MicroBatch:
    if len(batches) == 1:
        return batches[0]
    keys: dict[int, bytes | None] = {}
    unfit: dict[int, Unfit] = {}
    for batch in batches:
        keys |= batch.keys
        unfit |= batch.unfit
    return replace(
        batches[0],
        next_offset=batches[-1].next_offset,
        offsets=_joined_offsets([batch.offsets for batch in batches]),
        values=_joined_values([batch.values for batch in batches]),
        sources=joined_columns([batch.sources for batch in batches]),
        lines=_joined_lines([batch.lines for batch in batches]),
        files=joined_columns([batch.files for batch in batches]),
        keys=keys,
        unfit=unfit,
    )


def _joined_values(parts: Sequence[ByteColumn | DecodedValues]) -> ByteColumn | DecodedValues:
    are_decoded = [part for part in parts if isinstance(part, DecodedValues)]
    if are_decoded:
        return are_decoded[0].joined(are_decoded[1:])
    return joined_byte_columns([part for part in parts if isinstance(part, ByteColumn)])


def _joined_offsets(parts: Sequence[Sequence[int]]) -> Sequence[int]:
    # None is looked at where there are no gaps, as in most runs.
    if all(isinstance(part, range) for part in parts) and all(a[-1] + 1 == b[0] for a, b in pairwise(parts)):
        return range(parts[0][0], parts[-1][-1] + 1)
    return _offsets(list(chain.from_iterable(parts)))


def _joined_lines(parts: Sequence[Sequence[int]]) -> array[int]:
    lines = array("q")
    for part in parts:
        # An array is added as a whole.
        lines.extend(part)
    return lines


def _offsets(offsets: Sequence[int]) -> Sequence[int]:
    """The offsets; without gaps, in a form that takes no memory."""
    if offsets and offsets[-1] - offsets[0] + 1 == len(offsets):
        return range(offsets[0], offsets[-1] + 1)
    return offsets


class MicroBatchBuilder:
    """Collects aiokafka's records of one partition as columns, so that no record is held for longer than its turn."""

    def __init__(self, partition: int, reader: SourceReader) -> None:
        self._partition = partition
        self._read = reader.read
        self.offsets: list[int] = []
        self.values: list[bytes | None] = []
        self.sources: list[Source] = []
        self.lines: array[int] = array("q")
        self.files: list[str | None] = []
        self.keys: dict[int, bytes | None] = {}
        self.unfit: dict[int, Unfit] = {}
        self._measured = self._value_bytes = 0

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.offsets)

    @property
    def value_bytes(self) -> int:
        """Bytes of all values."""
        self._value_bytes += sum(map(len, filter(None, self.values[self._measured :])))
        self._measured = len(self.values)
        return self._value_bytes

    def extend(self, records: Iterable[Any], since: int) -> None:
        """Add records, but for those below an offset: a fetch may begin inside of one of Kafka's batches."""
        # This loop runs for every record, so it does no more than it must.
        read, partition = self._read, self._partition
        add_offset, add_value, add_source = self.offsets.append, self.values.append, self.sources.append
        add_line, add_file = self.lines.append, self.files.append
        for record in records:
            offset = record.offset
            if offset < since:
                continue
            value = record.value
            source, line, file = read(record.timestamp, record.headers, partition, offset)
            add_offset(offset)
            add_value(value)
            add_source(source)
            add_line(line)
            add_file(file)
            if value is None:
                self.keys[offset] = record.key

    def shorten(self, count: int) -> None:
        """Keep the first so many records only."""
        for column in (self.offsets, self.values, self.sources, self.lines, self.files):
            del column[count:]

    def append_unfit(self, offset: int, unfit: Unfit) -> None:
        """Add a record that stands for those that cannot be read."""
        source, line, file = self._read(unfit.published_ms, (), self._partition, offset)
        self.offsets.append(offset)
        self.values.append(None)
        self.sources.append(source)
        self.lines.append(line)
        self.files.append(file)
        self.unfit[offset] = unfit

    def batch(self, topic: str, topic_id: UUID, position: int, next_offset: int) -> MicroBatch:
        """The batch of all records added; see there for the arguments."""
        return MicroBatch(
            topic,
            self._partition,
            topic_id,
            position,
            next_offset,
            _offsets(self.offsets),
            byte_column(self.values),
            compact(self.sources),
            self.lines,
            compact(self.files),
            self.keys,
            self.unfit,
        )
