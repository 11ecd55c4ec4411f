"""The SQL statements that keep deletions and publications of a topic apart."""

from __future__ import annotations

LOCK_TO_PUBLISH = "SELECT pg_advisory_xact_lock_shared($1, $2)"
LOCK_TO_DELETE = "SELECT pg_advisory_xact_lock($1, $2)"
