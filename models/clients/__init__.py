"""Ways to Kafka and Postgres that the producer and the worker share.

What comes in: settings. What goes out: options and connections of clients, and why a server refuses them.
"""
