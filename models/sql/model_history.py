"""The statements of the tables `model` and `model_fills`: which model is in force, and what of it is being filled."""

# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from models.sql.names import quoted

LOCK_MODEL = "SELECT pg_advisory_xact_lock(hashtext('the tables of the model'))"
"""One at a time puts a model in force or makes its tables: two that create the same table do not see each other."""

TRY_LOCK_TO_APPLY = "SELECT pg_try_advisory_lock(hashtext('a model is applied'))"
"""Held by the session that applies a model, and fills its new columns."""

READ_IN_FORCE = """
SELECT number, fingerprint, declaration::text, name, since FROM model ORDER BY number DESC LIMIT 1
"""

FINGERPRINT_IN_FORCE = "(SELECT fingerprint FROM model ORDER BY number DESC LIMIT 1)"
"""A scalar subquery; NULL as long as no model is in force."""

PUT_IN_FORCE = "INSERT INTO model (fingerprint, declaration, name) VALUES ($1, $2, $3)"

# Transactions of workers begin by locking a row of `stream_offsets`: those that run are waited for, and those that come
# read the new model.
LOCK_OUT_WORKERS = "LOCK TABLE stream_offsets IN EXCLUSIVE MODE"

READ_FILLS = """
SELECT number, feature_table, columns, after, groups, filled FROM model_fills WHERE ended_at IS NULL ORDER BY number
"""

ADVANCE_FILL = "UPDATE model_fills SET after = $2, filled = filled + $3 WHERE number = $1"

END_FILL = "UPDATE model_fills SET ended_at = now() WHERE number = $1"


def count(table: str) -> str:
    """How many rows a table has."""
    return f"SELECT count(*) FROM {quoted(table)}"
