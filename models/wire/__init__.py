"""Rows on the wire: the JSON values and the keys of Kafka records, from a declaration.

In: rows as Arrow record batches, or checked texts of a file. Out: JSON values and keys; and back: values of records as
rows, deletions, and what cannot be decoded, each with its field and reason.
"""
