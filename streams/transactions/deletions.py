"""Deletions beside publications: what was deleted stays deleted, however late an older publication comes.

A deletion is ordered among the publications of its key and is kept, as a row of `deletions`. Upserts skip rows that
are not newer. Neither sees what another transaction has not committed yet; so the two take turns, by a lock that
publications share and deletions have alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from models.topics import LOADS, REJECTS
from streams.transactions.deletion_statements import LOCK_TO_DELETE, LOCK_TO_PUBLISH

if TYPE_CHECKING:
    import asyncpg

    from streams.postgres.connection import Connection

# Any number, but the same in every process: it names the locks.
LOCK_SPACE = 0x64_656C


async def lock(
    connection: Connection, topic: str, partitions: Sequence[int], *, alone: bool
) -> Sequence[asyncpg.Record]:
    """Lock the offsets of partitions, then wait for transactions of the topic that this one must not run beside.

    Others are held off until it ends. To be called before the transaction touches a row of the topic, so that what
    comes next sees what it waited for.

    Args:
        connection: inside the transaction.
        topic: whose rows it is about.
        partitions: in ascending order.
        alone: whether it may delete.

    Returns:
        The rows of `LOCK_OFFSETS`.
    """
    number = None if topic in {REJECTS, LOADS} else lock_number(topic)
    statement = LOCK_TO_DELETE if alone else LOCK_TO_PUBLISH
    rows: Sequence[asyncpg.Record] = await connection.fetch(statement, topic, partitions, LOCK_SPACE, number)
    return rows


def lock_number(topic: str) -> int:
    """The number of a topic's lock, as Postgres takes it; two topics that share one only wait for each other."""
    return int.from_bytes(blake2b(topic.encode(), digest_size=4).digest(), signed=True)
