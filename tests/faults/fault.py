"""What a fault is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from tests.faults.laboratory import Laboratory

Run = Callable[[Laboratory, float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault: how it is done to a laboratory, and how much of it can be drawn."""

    name: str
    run: Run
    """Does it and undoes it; what it must not undo, like a partition that was added, stays."""
    least: float = 0.0
    most: float = 0.0
    """Of what the name says; given to `run`."""
    counts: bool = False
    """Whether the amount is a whole number."""
    quiet: bool = False
    """Whether it begins with nothing waiting and nobody publishing: what is in Kafka only it loses, or it is about few
    records at a time."""

    def drawn(self, draw: Random) -> DrawnFault:
        amount = draw.uniform(self.least, self.most)
        return DrawnFault(self, round(amount, 0 if self.counts else 2))


@dataclass(frozen=True, slots=True)
class DrawnFault:
    """A fault with its amount."""

    fault: Fault
    amount: float

    def __str__(self) -> str:
        return f"{self.fault.name} {self.amount:g}" if self.fault.most else self.fault.name
