"""The Kafka topics: names, keys and configuration.

Input topics are kept forever: Kafka is the log from which every table can be rebuilt.
"""

from __future__ import annotations

from dataclasses import dataclass, field

USERS = "users"
COMPOUNDS = "compounds"
EXPERIMENTS = "experiments"
REJECTS = "rejects"
LOADS = "loads"

AGGREGATES_TABLE = "user_aggregates"
"""Name of the Faust table; its changelog topic is the worker's business."""

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
    """The member of the value that the record's key is made of."""
    config: dict[str, str] = field(default_factory=lambda: dict(_KEPT_FOREVER))


INPUT_TOPICS: dict[str, Topic] = {
    USERS: Topic(USERS, key="user_id"),
    COMPOUNDS: Topic(COMPOUNDS, key="compound_id"),
    EXPERIMENTS: Topic(EXPERIMENTS, key="user_id"),
    REJECTS: Topic(REJECTS, key="file"),
    LOADS: Topic(LOADS, key="load_id"),
}
