"""Rows and deletions to Postgres, the newest publication of each id.

What comes in: decoded rows of a transaction's micro-batches. What goes out: upserted and deleted rows, and what they
replaced.
"""
