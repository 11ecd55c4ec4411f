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
        probe_every: one of so many rows is of a user that has no other row; 0 for none.
    """

    rate: float
    rows: int
    first_id: int
    users: int
    probe_every: int = 0

    def delay(self, number: int) -> float:
        """Seconds from the start to when a row is due."""
        return number / self.rate

    def due(self, elapsed: float) -> int:
        """How many rows are due so many seconds after the start."""
        return min(self.rows, int(elapsed * self.rate) + 1)

    def user(self, number: int) -> int:
        """The user of a row."""
        if self.probe_every and number % self.probe_every == 0:
            return self.users + self.first_id + number
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
        user = self.user(number)
        return self._partitions[user] if user <= self.users else partition_of(user)

    def probes(self) -> range:
        """The numbers of the rows whose users have no other."""
        return range(0, self.rows, self.probe_every)

    def probe_id(self, number: int, *, by_row: bool) -> int:
        """The id by which such a row is known: its experiment's, or its user's."""
        return self.first_id + number if by_row else self.user(number)

    @cached_property
    def _partitions(self) -> list[int]:
        return [partition_of(user) for user in range(self.users + 1)]


def partition_of(user: int) -> int:
    """The partition of a user's rows."""
    return int((murmur2(b"%d" % user) & 0x7FFFFFFF) % PARTITIONS)
