"""Kafka's binary form of record batches, magic 2: https://kafka.apache.org/documentation/#recordbatch.

What comes in: fields of a record batch. What goes out: its bytes, and the other way round.
"""
