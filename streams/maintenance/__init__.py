"""What an operator does to a running system: Postgres made anew from the log, damaged records passed over.

What comes in: the commands `ingest rebuild` and `ingest skip`. What goes out: changed tables, and what the log does
not hold.
"""
