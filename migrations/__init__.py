"""The database's schema, step by step (alembic)."""

HEAD = "0007"
"""The newest version."""
