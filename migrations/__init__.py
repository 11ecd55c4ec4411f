"""The database's schema, step by step (alembic)."""

HEAD = "0006"
"""The newest version."""
