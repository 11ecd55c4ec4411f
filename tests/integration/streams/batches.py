"""Record batches made by hand, for tests of the transaction alone."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from uuid import UUID

from models.publication import Source
from streams.columns.byte_column import byte_column
from streams.kafka.micro_batch import MicroBatch

TOPIC_ID = UUID(int=1)


@dataclass
class Publisher:
    """Hands out batches of one topic as Kafka would: offsets by partition, one line after the other."""

    topic: str = "experiments"
    topic_id: UUID = TOPIC_ID
    next_offsets: dict[int, int] = field(default_factory=dict)

    def batch(
        self, *values: object, partition: int = 0, published_ms: int = 1000, load: int = 1, line: int = 1
    ) -> MicroBatch:
        """A batch of these values; bytes stand as they are, all else becomes JSON."""
        start = self.next_offsets.get(partition, 0)
        self.next_offsets[partition] = start + len(values)
        return MicroBatch(
            self.topic,
            partition,
            self.topic_id,
            start,
            start + len(values),
            range(start, start + len(values)),
            byte_column(
                value if isinstance(value, bytes) or value is None else json.dumps(value).encode() for value in values
            ),
            [Source(published_ms, UUID(int=load))] * len(values),
            range(line, line + len(values)),
            ["data/user_experiments.csv"] * len(values),
        )

    def tombstones(self, *ids: int | bytes, partition: int = 0, published_ms: int = 1000, load: int = 1) -> MicroBatch:
        """A batch of records without value, keyed by these ids; bytes stand as they are."""
        batch = self.batch(*[None] * len(ids), partition=partition, published_ms=published_ms, load=load)
        keys = [key if isinstance(key, bytes) else b"%d" % key for key in ids]
        return replace(batch, keys=dict(zip(batch.offsets, keys, strict=True)))


def deletion(experiment_id: int) -> dict[str, object]:
    """The value of a record of topic `experiments` that deletes one."""
    return {"experiment_id": experiment_id, "deleted": True}


def user(user_id: int, name: str) -> dict[str, object]:
    """The value of a record of topic `users`."""
    return {"user_id": user_id, "name": name, "email": "a@b.c", "signup_date": "2024-01-01"}


def compound(compound_id: int, name: str) -> dict[str, object]:
    """The value of a record of topic `compounds`."""
    return {"compound_id": compound_id, "compound_name": name}


def experiment(experiment_id: int, user_id: int, compounds: list[int], run_time: float = 1) -> dict[str, object]:
    """The value of a record of topic `experiments`."""
    return {
        "experiment_id": experiment_id,
        "user_id": user_id,
        "experiment_compound_ids": compounds,
        "experiment_run_time": run_time,
    }
