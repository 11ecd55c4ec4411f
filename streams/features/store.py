"""Users' aggregates as the rows of `user_features`: from the table's values if they hold, else recomputed."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from streams.features import statements as feature_statements
from streams.features.aggregate import Aggregate
from streams.features.aggregate_columns import Aggregates, joined

if TYPE_CHECKING:
    from streams.features.compound_pairs import Integers
    from streams.postgres.connection import Connection

THOUSANDTHS_IN_A_MILLION = 1000 * 1_000_000


@dataclass(frozen=True, slots=True)
class WrittenFeatures:
    """What a transaction wrote, for the Faust table once it is committed."""

    aggregates: Aggregates
    """A user without experiments has no row any more."""
    active_users: int
    """How many more users have a row now."""
    rebuilt: int
    """How many of them were recomputed from `experiments`."""


def new_version() -> int:
    """A number no other batch has, growing with time: milliseconds, then 20 random bits.

    Were it a count for each user, a row deleted and made again could come to a version that a stale table knows.
    """
    return (time.time_ns() // 1_000_000) << 20 | secrets.randbits(20)


async def lock_features(connection: Connection, users: Sequence[int] | NDArray[np.int64]) -> None:
    """Lock the rows that these users have, in order; writing them locks them in what order it comes to them."""
    await connection.execute(feature_statements.LOCK_FEATURES_IN_ORDER, users)


async def write_features(connection: Connection, known: Aggregates, deltas: Aggregates) -> WrittenFeatures:
    """Apply the deltas to the known aggregates and write the rows of all touched users.

    Args:
        connection: inside the batch's transaction.
        known: what the table holds of the touched users; one whose version is 0 is taken for new.
        deltas: of the same users, by ascending user id.
    """
    version = new_version()
    merged = known.merged(deltas, version)
    hold = _hold(merged, known.versions)
    arrays = _feature_arrays(merged.at(hold), known.versions[hold])
    [row] = await connection.fetch(feature_statements.WRITE_FEATURES, *arrays, version)
    active_users = row["inserted"] - row["deleted"]
    written = np.isin(merged.user_ids, row["written"], assume_unique=True)
    if written.all():
        return WrittenFeatures(merged, active_users, 0)
    rebuilt, more = await _rebuild(connection, merged.user_ids[~written], version)
    return WrittenFeatures(joined([merged.at(written), rebuilt]), active_users + more, len(rebuilt))


def _hold(aggregates: Aggregates, expected: Integers) -> NDArray[np.bool_]:
    """Whose aggregates can be written."""
    # A user taken for new cannot have less than nothing: there is a row that the table does not know.
    hold: NDArray[np.bool_] = (aggregates.experiments > 0) | ((expected != 0) & aggregates.are_zero)
    return hold


async def _rebuild(connection: Connection, users: Integers, version: int) -> tuple[Aggregates, int]:
    """The users' aggregates, recomputed and written, and how many more users have a row now."""
    created = await connection.fetch(feature_statements.LOCK_FEATURES, users, version)
    found = {user_id: Aggregate(version=version) for user_id in users.tolist()}
    for row in await connection.fetch(feature_statements.RECOMPUTE_AGGREGATES, users):
        compounds = dict(zip(row["compound_ids"], row["times"], strict=True))
        found[row["user_id"]] = Aggregate(row["experiments"], int(row["thousandths"]), compounds, version)
    rebuilt = Aggregates.of(found)
    kept = rebuilt.experiments > 0
    if kept.any():
        arrays = _feature_arrays(rebuilt.at(kept), np.zeros(np.count_nonzero(kept), np.int64))
        await connection.execute(feature_statements.REWRITE_FEATURES, *arrays, version)
    gone = users[~kept]
    if len(gone):
        await connection.execute(feature_statements.DELETE_FEATURES, gone)
    # Rows made by the lock count as new, rows emptied as gone.
    return rebuilt, len(created) - len(gone)


def _feature_arrays(aggregates: Aggregates, expected: Integers) -> tuple[object, ...]:
    tops = aggregates.tops()
    last = np.cumsum(tops.tied)
    return (
        aggregates.user_ids,
        expected,
        aggregates.experiments,
        (aggregates.thousandths // THOUSANDTHS_IN_A_MILLION).astype(np.int64),
        (aggregates.thousandths % THOUSANDTHS_IN_A_MILLION).astype(np.int64),
        tops.listed,
        tops.top_compound_ids(),
        tops.top_counts,
        tops.compound_ids,
        last - tops.tied + 1,
        last,
    )
