"""Deletions beside publications: what was deleted stays deleted, however late an older publication comes.

A deletion is ordered among the publications of its id and is kept, as a row of `deletions`. Upserts skip rows that
are not newer. Neither sees what another transaction has not committed yet; so the two take turns, by a lock that
publications share and deletions have alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.topics import COMPOUNDS, EXPERIMENTS, USERS
from streams.transactions import deletion_statements

if TYPE_CHECKING:
    from streams.postgres.connection import Connection
    from streams.rows.decoded_rows import DecodedRows

# Any numbers, but the same in every process: they name the locks.
LOCK_SPACE = 0x64_656C
LOCKS = {USERS: 1, COMPOUNDS: 2, EXPERIMENTS: 3}


async def lock_deletions(connection: Connection, topic: str, *, alone: bool) -> None:
    """Wait for transactions of the topic that this one must not run beside, and hold off others until it ends.

    To be called before the transaction touches a row of the topic, so that what comes next sees what it waited for.

    Args:
        connection: inside the transaction.
        topic: whose rows it is about.
        alone: whether it may delete.
    """
    lock = deletion_statements.LOCK_TO_DELETE if alone else deletion_statements.LOCK_TO_PUBLISH
    if topic in LOCKS:
        await connection.execute(lock, LOCK_SPACE, LOCKS[topic])


async def remember(connection: Connection, topic: str, deletions: DecodedRows[int]) -> None:
    """Keep the newest deletion of each id; there must be one row an id."""
    await connection.execute(
        deletion_statements.UPSERT_DELETIONS, topic, deletions.rows, *deletions.publication_arrays()
    )
