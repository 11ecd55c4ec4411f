"""The way of a file's rows through the reading modules, without Kafka: what came of each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from aiokafka.record.memory_records import MemoryRecords

from models.wire.byte_arrays import bytes_of
from producers.errors import Fault, RowFaultError
from producers.files.broken_rows import BrokenRow
from producers.files.csv_file import CsvFile
from producers.files.simple_blocks import BlockRows, recogniser
from producers.kafka.block_encoding import encode
from producers.kafka.record_batch import RecordBatch, encoded_headers
from producers.rows.fast_encoder import fast_encoder
from producers.rows.suspect_values import SuspectValues
from producers.rows.validation import encode_row, is_blank

HEADERS = encoded_headers({}, last="line")


@dataclass(frozen=True)
class Published:
    """A row that became a record."""

    line: int
    key: bytes
    value: bytes


@dataclass(frozen=True)
class Rejected:
    """A row that did not."""

    line: int
    faults: tuple[Fault, ...]
    original: str


@dataclass
class Outcome:
    """What came of a file."""

    published: list[Published] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    read: int = 0
    warnings: tuple[str, ...] = ()


def published_block(rows: BlockRows, first_line: int) -> Iterator[Published]:
    """The records of plain rows as Kafka would give them back."""
    deltas = np.arange(rows.count)
    batch = RecordBatch(0, HEADERS, sys.maxsize)
    records = encode(rows, first_line, HEADERS, deltas, deltas)
    batch.extend(bytes_of(records)[0].to_pybytes(), rows.count)
    [read] = iter(MemoryRecords(b"".join(batch.parts())).next_batch, None)
    for record in read:
        yield Published(int(record.headers[0][1]), record.key, record.value)


def outcome_of(file: CsvFile, *, by_blocks: bool = True) -> Outcome:
    """Read a file to its end; as a load does, or row by row."""
    outcome = Outcome()
    suspects = SuspectValues(file.layout)
    encode_fast = fast_encoder(file.layout, suspects)
    with file.opened() as rows:
        for line, fields in rows.by_blocks(recogniser(file.layout, file.dialect) if by_blocks else None):
            if isinstance(fields, BlockRows):
                outcome.read += fields.count
                outcome.published += published_block(fields, line)
                continue
            if isinstance(fields, list) and is_blank(fields):
                continue
            outcome.read += 1
            if isinstance(fields, BrokenRow):
                outcome.rejected.append(Rejected(line, (fields.fault,), rows.original))
                continue
            try:
                record = encode_fast(fields)
                if record is None:
                    record = encode_row(file.layout, fields)
                    suspects.note(line, fields)
                key, value = record
                outcome.published.append(Published(line, key, value))
            except RowFaultError as fault:
                outcome.rejected.append(Rejected(line, fault.faults, rows.original))
        outcome.warnings = (*rows.warnings, *suspects.warnings)
    return outcome
