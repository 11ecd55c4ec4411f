"""The SQL statements of what is asked of the database itself."""

from __future__ import annotations

READ_REVISION = "SELECT max(version_num) FROM alembic_version"

PROBE = "SELECT 1"

READ_MISSING_TABLES = """
SELECT name FROM unnest($1::text[]) AS wanted (name) WHERE to_regclass(quote_ident(name)) IS NULL
"""
"""Those of the tables $1 that the database does not have."""

# Row types do not have the columns that were dropped: record_recv counts and orders the others.
COMPOSITE_TYPES = """
SELECT type.typname, type.typarray, type.oid,
       array_agg(attribute.attname::text ORDER BY attnum) AS names, array_agg(atttypid ORDER BY attnum) AS oids
  FROM unnest($1::text[]) AS wanted (name)
  JOIN pg_class AS class ON class.oid = to_regclass(quote_ident(wanted.name))
  JOIN pg_type AS type ON type.oid = class.reltype
  JOIN pg_attribute AS attribute ON attrelid = class.oid AND attnum > 0 AND NOT attisdropped
 GROUP BY type.oid
"""
