"""Micro-batches to transactions: queued by partition, applied in one transaction each, retried.

What comes in: micro-batches, from `kafka`. What goes out: committed transactions; the records of a topic are stored by
handlers of `rows` and `loads`.
"""
