"""The database's schema, step by step (alembic)."""

HEAD = "0005"
"""The newest version."""
