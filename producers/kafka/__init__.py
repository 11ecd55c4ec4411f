"""Records to Kafka: keys to partitions, record batches, requests.

What comes in: encoded rows, one by one or by the block. What goes out: record batches, acknowledged by Kafka.
"""
