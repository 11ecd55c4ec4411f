"""The Kafka topics: names, keys and configuration.

Input topics are kept forever: Kafka is the log from which every table can be rebuilt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from models.declaration.in_force import model_in_force
from models.declaration.model import Model

REJECTS = "rejects"
LOADS = "loads"

_KEPT_FOREVER = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    # The producer's own clock, read once a load, decides which publication is the newest.
    "message.timestamp.type": "CreateTime",
}


@dataclass(frozen=True)
class Topic:
    """One input topic."""

    name: str
    key: str
    """The members of the value that the record's key is made of."""
    config: dict[str, str] = field(default_factory=lambda: dict(_KEPT_FOREVER))


def input_topics(model: Model) -> dict[str, Topic]:
    """The topics of a model's rows, in its order, and those of the engine, by name."""
    of_rows = [Topic(table.name, ", ".join(table.partitioned_by)) for table in model.rows]
    return {topic.name: topic for topic in (*of_rows, Topic(REJECTS, key="file"), Topic(LOADS, key="load_id"))}


@cache
def _in_force() -> Mapping[str, Topic]:
    return input_topics(model_in_force())


class _TopicsInForce(Mapping[str, Topic]):
    """Those of the model in force, which is loaded when it is first asked for: no import fails by its faults."""

    def __getitem__(self, name: str) -> Topic:
        return _in_force()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_in_force())

    def __len__(self) -> int:
        return len(_in_force())


INPUT_TOPICS: Mapping[str, Topic] = _TopicsInForce()
