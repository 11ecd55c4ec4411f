"""What differs from one history to the next, but for its model and its data."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from models.kafka_format.codecs import Codec


@dataclass(frozen=True, slots=True)
class World:
    """What differs from one history to the next."""

    partitions: int
    batch_records: int
    workers: int
    refusing: bool
    """Whether Postgres refuses the rows of one group."""
    forgetful: bool = False
    """Whether Postgres, killed, forgets what was committed in its last moments: synchronous_commit is off."""
    codec: str = "none"
    """How our producer compresses."""

    @classmethod
    def drawn(cls, draw: Random) -> World:
        return cls(
            draw.choice([1, 2, 3, 4, 6, 8, 12]),
            draw.choice([20, 200, 2000, 100_000]),
            draw.randint(1, 3),
            draw.random() < 0.3,
            draw.random() < 0.3,
            draw.choice(list(Codec)).value,
        )
