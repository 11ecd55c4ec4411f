"""The database's schema, step by step (alembic)."""

HEAD = "0004"
"""The newest version."""
