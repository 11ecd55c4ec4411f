"""Rows and deletions to Postgres, the newest publication of each key.

What comes in: a transaction's micro-batches. What goes out: upserted and deleted rows, what they replaced, and dead
letters.
"""
