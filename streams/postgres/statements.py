"""The SQL statements of what is asked of the database itself."""

from __future__ import annotations

READ_REVISION = "SELECT max(version_num) FROM alembic_version"

PROBE = "SELECT 1"

READ_MISSING_TABLES = """
SELECT name FROM unnest($1::text[]) AS wanted (name) WHERE to_regclass(quote_ident(name)) IS NULL
"""
"""Those of the tables $1 that the database does not have."""
