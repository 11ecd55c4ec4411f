"""A real Apache Kafka and a real Postgres for one run, from Python and Maven packages alone.

`python -m embedded COMMAND…` runs a command with both; `embedded.cluster.running()` gives them to Python code.
"""
