"""Kafka Streams, in Java: a stateful aggregate, its state in RocksDB with a changelog, no sink."""
