"""Which calls in a worker are about a transaction that several partitions share."""

from __future__ import annotations


def is_shared(*arguments: object) -> bool:
    """Whether there are micro-batches of several partitions among the arguments of a call."""
    return any(isinstance(each, list) and len({batch.partition for batch in each}) > 1 for each in arguments)
