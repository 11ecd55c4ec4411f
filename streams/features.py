"""Users' aggregates as the rows of `user_features`: from the table's values if they hold, else recomputed."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.aggregate import UserAggregate, computed
from streams import statements
from streams.columns import sliced

if TYPE_CHECKING:
    from streams.connection import Connection
    from streams.deltas import DeltaPart

Aggregates = dict[int, UserAggregate]

THOUSANDTHS_IN_A_MILLION = 1000 * 1_000_000


@dataclass(frozen=True, slots=True)
class WrittenFeatures:
    """What a transaction wrote, for the Faust table once it is committed."""

    aggregates: Aggregates
    """By user; one without experiments has no row any more."""
    active_users: int
    """How many more users have a row now."""
    rebuilt: int
    """How many of them were recomputed from `experiments`."""


def new_version() -> int:
    """A number no other batch has, growing with time: milliseconds, then 20 random bits.

    Were it a count for each user, a row deleted and made anew could come to a version that a stale table knows.
    """
    return (time.time_ns() // 1_000_000) << 20 | secrets.randbits(20)


async def lock_features(connection: Connection, users: Sequence[int] | NDArray[np.int64]) -> None:
    """Lock the rows that these users have, in order; writing them locks them in what order it comes to them."""
    await connection.execute(statements.LOCK_FEATURES_IN_ORDER, users)


async def write_features(connection: Connection, known: Aggregates, deltas: DeltaPart) -> WrittenFeatures:
    """Apply the deltas to the known aggregates and write the rows of all touched users.

    Args:
        connection: inside the batch's transaction.
        known: what the table holds of these users; one it does not hold is taken for new. Changed in place.
        deltas: of the touched users.
    """
    version = new_version()
    expected = deltas.apply(known, version)
    users = sorted(user_id for user_id in expected if _holds(known[user_id], expected[user_id]))
    [row] = await connection.fetch(
        statements.WRITE_FEATURES, *_feature_arrays(users, [known[user_id] for user_id in users], expected), version
    )
    missed = sorted(expected.keys() - set(row["written"]))
    more = await _rebuild(connection, known, missed, version) if missed else 0
    return WrittenFeatures(known, row["inserted"] - row["deleted"] + more, len(missed))


def _holds(aggregate: UserAggregate, expected: int) -> bool:
    # A user taken for new cannot have less than nothing: there is a row that the table does not know.
    return aggregate.experiments > 0 or (expected != 0 and aggregate.is_zero)


async def _rebuild(connection: Connection, known: Aggregates, users: list[int], version: int) -> int:
    created = await connection.fetch(statements.LOCK_FEATURES, users, version)
    for user_id in users:
        known[user_id] = UserAggregate(version=version)
    for row in await connection.fetch(statements.RECOMPUTE_AGGREGATES, users):
        compounds = dict(zip(row["compound_ids"], row["times"], strict=True))
        known[row["user_id"]] = computed(row["experiments"], int(row["thousandths"]), compounds, version)
    kept = [user_id for user_id in users if known[user_id].experiments]
    gone = [user_id for user_id in users if not known[user_id].experiments]
    if kept:
        arrays = _feature_arrays(kept, [known[user_id] for user_id in kept], dict.fromkeys(kept, 0))
        await connection.execute(statements.REWRITE_FEATURES, *arrays, version)
    if gone:
        await connection.execute(statements.DELETE_FEATURES, gone)
    # Rows made by the lock count as new, rows emptied as gone.
    return len(created) - len(gone)


def _feature_arrays(
    users: Sequence[int], aggregates: Sequence[UserAggregate], expected: Mapping[int, int]
) -> tuple[Sequence[object], ...]:
    return (
        users,
        [expected[user_id] for user_id in users],
        [aggregate.experiments for aggregate in aggregates],
        [aggregate.thousandths // THOUSANDTHS_IN_A_MILLION for aggregate in aggregates],
        [aggregate.thousandths % THOUSANDTHS_IN_A_MILLION for aggregate in aggregates],
        [aggregate.listed for aggregate in aggregates],
        [aggregate.top_compound_id or 0 for aggregate in aggregates],
        [aggregate.top_count for aggregate in aggregates],
        *sliced([aggregate.tied for aggregate in aggregates]),
    )
