"""Logs that transactional and other producers wrote together, and fetches of them, as Kafka would answer."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.unit.streams.kafka.fetches import (
    CODECS,
    CONTROL,
    LOAD,
    TRANSACTIONAL,
    OtherRecord,
    other_batch,
    sealed,
    value,
)

HEADERS: list[tuple[str, bytes | None]] = [("load", LOAD.encode()), ("file", b"experiments.csv"), ("line", b"7")]
PRODUCERS = (11, 12, 13)
_ABORT, _COMMIT = 0, 1
_COUNT_AT = 57


@dataclass(frozen=True)
class Batch:
    """One of Kafka's, as it is stored."""

    text: bytes
    begin: int
    end: int
    """The offset after the last one."""
    offsets: range
    """Of its records; none in a mark, or after compaction."""
    transaction: int | None
    """The number of the one that it belongs to."""


@dataclass(frozen=True)
class Transaction:
    """One that was ended."""

    producer: int
    begin: int
    end: int
    """The offset of its mark."""
    aborted: bool


@dataclass
class Log:
    """What was written, and where each transaction began and ended."""

    batches: list[Batch] = field(default_factory=list)
    transactions: dict[int, Transaction] = field(default_factory=dict)
    end: int = 0
    _open: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By producer: the number of the transaction, and its first offset."""

    def write(self, count: int, codec: int, producer: int, *, transactional: bool, compacted: bool) -> None:
        """Add a batch; a transactional one begins a transaction if its producer has none."""
        number = None
        if transactional:
            number, _ = self._open.setdefault(producer, (len(self.transactions) + len(self._open), self.end))
        records = [OtherRecord(delta, b"2", value(self.end + delta + 1), HEADERS) for delta in range(count)]
        # Compaction that leaves no record leaves no codec either.
        codec = 0 if compacted else codec
        text = other_batch(records, self.end, codec, TRANSACTIONAL if transactional else 0, producer)
        if compacted:
            text = sealed(text[:_COUNT_AT] + bytes(4))
        offsets = range(self.end, self.end if compacted else self.end + count)
        self._add(text, count, offsets, number)

    def finish(self, producer: int, *, aborted: bool) -> None:
        """End the producer's transaction, if it has one."""
        if producer in self._open:
            number, begin = self._open.pop(producer)
            self.transactions[number] = Transaction(producer, begin, self.end, aborted)
            key = struct.pack(">HH", 0, _ABORT if aborted else _COMMIT)
            mark = [OtherRecord(0, key, bytes(6), [])]
            text = other_batch(mark, self.end, 0, TRANSACTIONAL | CONTROL, producer)
            self._add(text, 1, range(0), None)

    def finish_all(self) -> None:
        """Commit what is open: what is behind an open transaction is not fetched."""
        for producer in list(self._open):
            self.finish(producer, aborted=False)

    def _add(self, text: bytes, count: int, offsets: range, transaction: int | None) -> None:
        self.batches.append(Batch(text, self.end, self.end + count, offsets, transaction))
        self.end += count

    def aborted_in(self, begin: int, end: int) -> list[tuple[int, int]]:
        """What Kafka says beside the records from one offset up to another: producers and first offsets."""
        return [
            (each.producer, each.begin)
            for each in self.transactions.values()
            if each.aborted and each.begin < end and each.end >= begin
        ]

    def committed(self, batch: Batch) -> range:
        """The offsets of the batch's records that count."""
        aborted = batch.transaction is not None and self.transactions[batch.transaction].aborted
        return range(0) if aborted else batch.offsets


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """Batches of all codecs, of producers with and without transactions, in any order."""
    log = Log()
    log.write(1, 0, PRODUCERS[0], transactional=draw(st.booleans()), compacted=False)
    for _ in range(draw(st.integers(1, 12))):
        producer = draw(st.sampled_from(PRODUCERS))
        if draw(st.integers(0, 2)) == 0:
            log.finish(producer, aborted=draw(st.booleans()))
            continue
        codec, count = draw(st.sampled_from([0, *CODECS])), draw(st.sampled_from([1, 3, 300]))
        transactional = draw(st.booleans())
        log.write(
            count, codec, producer, transactional=transactional, compacted=draw(st.sampled_from([False] * 5 + [True]))
        )
        if draw(st.integers(0, 5)) == 0:
            log.end += draw(st.integers(1, 5))
    log.finish_all()
    return log
