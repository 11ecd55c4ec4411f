"""The database's schema, step by step (alembic)."""

HEAD = "0008"
"""The newest version."""
