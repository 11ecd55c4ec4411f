from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.cluster import Cluster
from embedded.jars import class_path
from embedded.kafka import EmbeddedKafka
from embedded.ports import free_ports
from embedded.run_processes import MARK


@pytest.fixture
def other_kafka(cluster: Cluster, tmp_path: Path) -> Iterator[EmbeddedKafka]:
    """A second broker, with nothing in it."""
    port, controller_port = free_ports(2)
    kafka = EmbeddedKafka(
        tmp_path / "other-kafka",
        tmp_path / "other-kafka.log",
        port,
        # Marked as the cluster's, it ends with that at the latest.
        cluster.environment[MARK],
        controller_port=controller_port,
        class_path=class_path(),
    )
    kafka.start()
    try:
        kafka.wait_ready()
        yield kafka
    finally:
        kafka.stop()
