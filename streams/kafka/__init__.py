"""The worker's way to Kafka: topics, fetches, micro-batches.

What comes in: fetches of record batches, through Faust's consumer. What goes out: micro-batches with their exact
offsets.
"""
