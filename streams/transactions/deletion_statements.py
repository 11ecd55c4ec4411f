"""The SQL statements that begin a transaction: its partitions' offsets, and deletions and publications kept apart."""

# ruff: noqa: S608  # composed of constants only

from __future__ import annotations

from streams.offsets.statements import LOCK_OFFSETS


def _locked(function: str) -> str:
    # The number of rows is known once all of them are locked: so every transaction takes its locks in the same order.
    return f"""
WITH _offsets AS MATERIALIZED ({LOCK_OFFSETS}
), _number AS MATERIALIZED (SELECT count(*) FROM _offsets
), _apart AS MATERIALIZED (SELECT {function}($3, $4) FROM _number
)
SELECT _offsets.* FROM _apart, _offsets
"""


LOCK_TO_PUBLISH = _locked("pg_advisory_xact_lock_shared")
"""Take the offsets of some partitions, then the topic's lock together with others; none if $4 is NULL."""
LOCK_TO_DELETE = _locked("pg_advisory_xact_lock")
"""The same, with the topic's lock alone."""
