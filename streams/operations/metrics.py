"""What the worker counts and measures, for Prometheus.

A transaction costs one call of `committed`; everything else is looked at when somebody asks for the page.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from faust.types import TP
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder

from models.declaration.in_force import model_in_force
from models.fault_codes import FaultCode
from models.topics import INPUT_TOPICS, LOADS, REJECTS

if TYPE_CHECKING:
    from streams.kafka.micro_batch import MicroBatches
    from streams.transactions.transaction import Applied

NAMESPACE = "exact_features"

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Seconds; from a single record to the longest run on a slow disk."""

OTHER_CODE = "other"
"""Label of what another client of the topic `rejects` gave a code that we have not, or none."""
_CODES = frozenset(FaultCode)
_CODES_OF_RECORDS = (FaultCode.NO_RECORD, FaultCode.REFUSED, FaultCode.BAD_TIMESTAMP, FaultCode.UNREADABLE)
_CODES_OF_FILES = (*FaultCode, OTHER_CODE)


class Cause(StrEnum):
    """Why a transaction was rolled back."""

    CONFLICT = "conflict"
    """Another worker wanted the same rows."""
    OUTAGE = "outage"
    """Postgres is away."""
    REFUSAL = "refusal"
    """Postgres does not take a row."""


class Metrics:
    """The metrics of one worker, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self.last_seconds = 0.0
        """From BEGIN to COMMIT of the last committed transaction."""
        self._positions: dict[TP, int] = {}
        self._records = self._counter(
            "records_applied", "Kafka records that committed transactions dealt with.", "topic"
        )
        self._inserted = self._counter("rows_inserted", "Rows that were not in Postgres before.", "topic")
        self._deleted = self._counter("rows_deleted", "Rows that deletions removed from Postgres.", "topic")
        self._rejects = self._counter(
            "rejects",
            "New rows of the table rejects, by the topic they were read from and what is wrong.",
            "topic",
            "code",
        )
        self._recomputed = self._counter(
            "groups_recomputed", "Groups whose features were computed from all of their rows.", "table"
        )
        self._from_table = self._counter(
            "groups_from_table",
            "Groups whose features were brought up to date by what the Faust table holds of them.",
            "table",
        )
        self._seconds = Histogram(
            "transaction_duration_seconds",
            "Time of a committed transaction, from BEGIN to COMMIT.",
            ("topic",),
            namespace=NAMESPACE,
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._failures = Counter(
            "transaction_failures",
            "Transactions that were rolled back; what they held is tried again.",
            ("cause",),
            namespace=NAMESPACE,
            registry=self._registry,
        )
        self._last_commit = self._gauge("last_commit_timestamp_seconds", "Unix time of the last commit; 0: none yet.")
        self._postgres_up = self._gauge("postgres_up", "1 while Postgres answers the worker, else 0.")
        self._kafka_up = self._gauge("kafka_up", "1 while Kafka answers the worker, else 0.")
        self._lag = self._gauge(
            "lag_records",
            "Records in Kafka that are not in Postgres yet, of each partition that this worker reads.",
            ("topic", "partition"),
        )
        self._damaged = self._gauge(
            "damaged_partitions", "Partitions that this worker does not read on, as Kafka's log is damaged there."
        )
        self._begin_at_zero()

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, namespace=NAMESPACE, registry=self._registry)

    def _gauge(self, name: str, text: str, labels: Iterable[str] = ()) -> Gauge:
        return Gauge(name, text, labels, namespace=NAMESPACE, registry=self._registry)

    def _begin_at_zero(self) -> None:
        # The first increase of a series that was not there before is seen by no rate().
        for topic in INPUT_TOPICS:
            for metric in (self._records, self._inserted, self._deleted, self._seconds):
                metric.labels(topic)
            for code in _CODES_OF_FILES if topic == REJECTS else _CODES_OF_RECORDS:
                self._rejects.labels(topic, code)
        for cause in Cause:
            self._failures.labels(cause)
        for features in model_in_force().features:
            self._recomputed.labels(features.name)
            self._from_table.labels(features.name)

    def begins(self, positions: Mapping[TP, int]) -> None:
        """Take note of where partitions are read on.

        Args:
            positions: the next offset of each.
        """
        self._positions.update(positions)

    def committed(self, batches: MicroBatches, applied: Applied, seconds: float) -> None:
        """Count a transaction.

        Args:
            batches: what was to be applied; all of one topic.
            applied: what came of it.
            seconds: from BEGIN to COMMIT.
        """
        topic = batches[0].topic
        self.last_seconds = seconds
        self._seconds.labels(topic).observe(seconds)
        self._last_commit.set(time.time())
        self._records.labels(topic).inc(applied.records)
        self._inserted.labels(topic).inc(applied.inserted)
        self._deleted.labels(topic).inc(applied.deleted)
        for code, rejects in applied.rejects.items():
            self._rejects.labels(topic, code if code in _CODES else OTHER_CODE).inc(rejects)
        for metric, groups in ((self._recomputed, applied.recomputed), (self._from_table, applied.from_table)):
            for table, count in groups.items():
                metric.labels(table).inc(count)
        # A run that was applied before, by another worker perhaps, says nothing of where Postgres is.
        self._positions |= {TP(topic, partition): offset for partition, offset in applied.next_offsets.items()}

    def rows_applied(self) -> float:
        """Records of rows that committed transactions dealt with, since the start."""
        samples = (sample for family in self._records.collect() for sample in family.samples)
        return sum(
            sample.value
            for sample in samples
            if sample.name.endswith("_total") and sample.labels["topic"] not in {REJECTS, LOADS}
        )

    def failed(self, cause: Cause) -> None:
        """Count a transaction that was rolled back."""
        self._failures.labels(cause).inc()

    def look(self, *, postgres_up: bool, kafka_up: bool, ends: Mapping[TP, int], damaged: int = 0) -> None:
        """Take note of what is true at the moment.

        Args:
            postgres_up: whether Postgres answers.
            kafka_up: whether Kafka answers.
            ends: where the log of each partition that this worker reads ends.
            damaged: how many of these are not read on.
        """
        self._postgres_up.set(postgres_up)
        self._kafka_up.set(kafka_up)
        self._damaged.set(damaged)
        # Those that another worker reads now are its business.
        self._lag.clear()
        for tp, end in ends.items():
            if tp in self._positions:
                self._lag.labels(tp.topic, tp.partition).set(max(0, end - self._positions[tp]))

    def exposition(self, accepted: str) -> tuple[bytes, str]:
        """All metrics as text.

        Args:
            accepted: the header Accept of who asks.

        Returns:
            The text, and its content type.
        """
        encode, content_type = choose_encoder(accepted)
        return encode(self._registry), content_type
