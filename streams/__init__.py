"""Kafka to Postgres: the worker, its web pages, and the commands that look at its tables.

What comes in: record batches of the input topics. What goes out: rows, features, rejects and offsets, in one
transaction. A micro-batch goes through `kafka`, `transactions`, `decoding`, `rows`, `features` and `table`, in this
order.
"""
