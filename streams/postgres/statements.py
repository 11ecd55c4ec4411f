"""The SQL statements of what is asked of the database itself."""

from __future__ import annotations

READ_REVISION = "SELECT max(version_num) FROM alembic_version"

PROBE = "SELECT 1"
