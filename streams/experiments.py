"""How the records of topic `experiments` are stored, and what follows for the features of their users."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

from models import decoding
from models.aggregate import Aggregate, encoded
from models.decoding import ExperimentRow
from models.rows import thousandths_of
from streams import deletion_statements, statements
from streams.columns import Reader, Rows, sliced
from streams.deletions import remember, take_turns
from streams.deltas import Replaced, added, retract
from streams.features import Aggregates, write_features
from streams.transaction import Application, Applied

if TYPE_CHECKING:
    from streams.connection import Connection
    from streams.record_batch import RecordBatch


USERS_AT_ONCE = 4096
"""Users whose aggregates are in memory at the same time, decoded; a busy user's takes kilobytes."""


class KnownAggregates(Protocol):
    """Where the last known aggregates are: the Faust table."""

    def known(self, partition: int, users: Iterable[int]) -> Aggregates:
        """The aggregates of those of the users that are known, as values of the caller's own."""


class Experiments(Application):
    """Topic `experiments`."""

    def __init__(self, table: KnownAggregates) -> None:
        self._table = table
        self._reader: Reader[ExperimentRow] = Reader(decoding.EXPERIMENTS)

    async def store(self, connection: Connection, batch: RecordBatch) -> Applied:
        """Delete and upsert experiments, the newest of each id wins, and bring their users' features up to date."""
        found = self._reader.read(batch)
        newest, deletions = found.newest(attrgetter("experiment_id"))
        await take_turns(connection, batch.topic, deletions)
        deleted = await _delete(connection, batch.topic, deletions)
        thousandths = [thousandths_of(row.experiment_run_time) for row in newest.rows]
        stored = await _upsert(connection, newest, thousandths)
        deltas = _deltas(newest.rows, thousandths, stored, deleted)
        applied = Applied(rows=stored["inserted"] - len(deleted.user_ids), letters=found.letters)
        own = {row.user_id for row in newest.rows}
        users = sorted(deltas)
        for start in range(0, len(users), USERS_AT_ONCE):
            part = {user_id: deltas[user_id] for user_id in users[start : start + USERS_AT_ONCE]}
            known = self._table.known(batch.partition, part)
            # A user that a row was taken from may live on another partition: not this table's business, unless it
            # knows the user.
            in_table = own | known.keys()
            written = await write_features(connection, known, part)
            applied.active_users += written.active_users
            applied.rebuilt += written.rebuilt
            applied.table_values |= {
                user_id: encoded(aggregate) if aggregate.experiments else None
                for user_id, aggregate in written.aggregates.items()
                if user_id in in_table
            }
        return applied


async def _delete(connection: Connection, topic: str, deletions: Rows[int]) -> Replaced:
    if not deletions.rows:
        return Replaced((), (), ())
    await remember(connection, topic, deletions)
    [row] = await connection.fetch(deletion_statements.DELETE_EXPERIMENTS, deletions.rows)
    return Replaced(row["user_ids"], row["thousandths"], row["compound_ids"])


async def _upsert(connection: Connection, newest: Rows[ExperimentRow], thousandths: Sequence[int]) -> Mapping[str, Any]:
    rows = newest.rows
    [row] = await connection.fetch(
        statements.UPSERT_EXPERIMENTS,
        [row.experiment_id for row in rows],
        [row.user_id for row in rows],
        *sliced([row.experiment_compound_ids for row in rows]),
        thousandths,
        *newest.publication_arrays(),
    )
    stored: Mapping[str, Any] = row
    return stored


def _deltas(
    rows: Sequence[ExperimentRow], thousandths: Sequence[int], stored: Mapping[str, Any], deleted: Replaced
) -> dict[int, Aggregate]:
    changed_ids = stored["changed_ids"] or ()
    pairs: Iterable[tuple[ExperimentRow, int]] = zip(rows, thousandths, strict=True)
    if len(changed_ids) < len(rows):
        changed = set(changed_ids)
        pairs = [pair for pair in pairs if pair[0].experiment_id in changed]
    deltas = added((row.user_id, time, row.experiment_compound_ids) for row, time in pairs)
    if stored["old_user_ids"]:
        retract(deltas, Replaced(stored["old_user_ids"], stored["old_thousandths"], stored["old_compound_ids"]))
    retract(deltas, deleted)
    return {user_id: delta for user_id, delta in deltas.items() if not delta.is_zero}
