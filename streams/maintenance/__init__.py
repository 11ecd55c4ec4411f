"""What an operator does to a running system: Postgres rebuilt from the log, damaged records skipped.

What comes in: the commands `ingest rebuild` and `ingest skip`. What goes out: changed tables, and what the log does
not hold.
"""
