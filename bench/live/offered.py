"""The rows that are offered: each one's user, partition and scheduled time follow from its number alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import orjson
from aiokafka.partitioner import murmur2

from bench.topics import PARTITIONS

# Odd, so that numbers that follow each other fall on users and compounds far apart.
SPREAD = 2654435761
COMPOUNDS = 100
MOST_COMPOUNDS = 4


@dataclass(frozen=True)
class Offered:
    """A sequence of rows of new experiments.

    Attributes:
        rate: rows a second.
        rows: how many.
        first_id: the first one's experiment id.
        users: of how many users.
    """

    rate: float
    rows: int
    first_id: int
    users: int

    def delay(self, number: int) -> float:
        """Seconds from the start to when a row is due."""
        return number / self.rate

    def due(self, elapsed: float) -> int:
        """How many rows are due so many seconds after the start."""
        return min(self.rows, int(elapsed * self.rate) + 1)

    def user(self, number: int) -> int:
        """The user of a row."""
        return (self.first_id + number) * SPREAD % 2**32 % self.users + 1

    def key(self, number: int) -> bytes:
        """The Kafka key."""
        return b"%d" % self.user(number)

    def value(self, number: int) -> bytes:
        """The Kafka value."""
        mixed = (self.first_id + number) * SPREAD % 2**32
        compounds = [(mixed >> 8 * place) % COMPOUNDS + 1 for place in range(1 + mixed % MOST_COMPOUNDS)]
        return orjson.dumps(
            {
                "experiment_id": self.first_id + number,
                "user_id": self.user(number),
                "experiment_compound_ids": compounds,
                "experiment_run_time": mixed % 10**6 / 1000,
            }
        )

    def partition(self, number: int) -> int:
        """The partition, as Kafka's default partitioner has it."""
        return self._partitions[self.user(number)]

    @cached_property
    def _partitions(self) -> list[int]:
        return [(murmur2(b"%d" % user) & 0x7FFFFFFF) % PARTITIONS for user in range(self.users + 1)]
