"""Rows of `experiments`: new ones by COPY, which costs Postgres half as much as an upsert, others by the upsert.

Whether all rows of a batch are new is not known beforehand. It is likely where those of the batch before were; then
they are copied inside a savepoint. If one is there already, the primary key says so, and the batch is upserted.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg
import numpy as np

from models.publication import SURE_MILLISECONDS
from streams.features.contributions import Contributions, of_replaced
from streams.rows import statements as row_statements
from streams.rows.copy_format import COLUMNS, binary_rows
from streams.transactions import deletion_statements

if TYPE_CHECKING:
    from streams.postgres.connection import Connection
    from streams.rows.experiment_columns import ExperimentColumns

WORTH_COPYING = 500
"""Rows of a batch: fewer are upserted in less time than a savepoint takes."""


@dataclass(frozen=True, slots=True)
class StoredRows:
    """What storing some rows changed."""

    inserted: int
    """Rows that were not there before."""
    added: Contributions
    """Of the rows that are new or say something else than before."""
    replaced: Contributions
    """Of what these said before."""


class ExperimentRows:
    """Stores rows, and remembers whether those of a partition were new lately."""

    def __init__(self, worth_copying: int = WORTH_COPYING) -> None:
        """Begin without a memory; `worth_copying` is the fewest rows that are copied."""
        self._worth_copying = worth_copying
        self._are_new: dict[int, bool] = {}

    async def store(self, connection: Connection, partition: int, columns: ExperimentColumns) -> StoredRows:
        """Store one row an id, by ascending id, unless what is stored or deleted is newer."""
        stored = None
        if self._are_new.get(partition, True) and await self._may_be_copied(connection, columns):
            stored = await _copied(connection, columns)
        if stored is None:
            stored = await _upserted(connection, columns)
        self._are_new[partition] = stored.inserted == len(columns.experiment_ids)
        return stored

    async def _may_be_copied(self, connection: Connection, columns: ExperimentColumns) -> bool:
        ids, [times, *_] = columns.experiment_ids, columns.publications
        if len(ids) < self._worth_copying or max(map(abs, times)) >= SURE_MILLISECONDS:
            return False
        some_deleted = await connection.fetchval(
            deletion_statements.SOME_EXPERIMENT_DELETED_BETWEEN, int(ids[0]), int(ids[-1])
        )
        return not some_deleted


async def _copied(connection: Connection, columns: ExperimentColumns) -> StoredRows | None:
    """What copying the rows changed; None, and nothing is changed, if one of them is there already."""
    try:
        async with connection.transaction():
            await connection.copy_to_table(
                "experiments", source=_chunks(binary_rows(columns)), columns=COLUMNS, format="binary"
            )
    except asyncpg.UniqueViolationError:
        return None
    return StoredRows(len(columns.experiment_ids), columns.contributions, of_replaced((), (), ()))


async def _chunks(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The data in chunks, as asyncpg's copy takes them."""
    for part in parts:
        yield part


async def _upserted(connection: Connection, columns: ExperimentColumns) -> StoredRows:
    [stored] = await connection.fetch(row_statements.UPSERT_EXPERIMENTS, *columns.upsert_arguments())
    replaced = of_replaced(stored["old_user_ids"], stored["old_thousandths"], stored["old_compound_ids"])
    return StoredRows(stored["inserted"], _changed(columns, stored), replaced)


def _changed(columns: ExperimentColumns, stored: Mapping[str, Any]) -> Contributions:
    if stored["inserted"] == len(columns.experiment_ids):
        return columns.contributions
    changed = np.array([*stored["inserted_ids"], *stored["replaced_ids"]], np.int64)
    return columns.contributions.at(np.isin(columns.experiment_ids, changed, assume_unique=True))
