"""The servers of all histories, with a bad network before them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from embedded.cluster import Cluster, running
from embedded.listeners import ProxiedListener
from embedded.ports import free_ports
from tests.faults.proxy import Proxy


@dataclass(frozen=True, slots=True)
class Servers:
    """Kafka and Postgres, each with a proxy before it that the workers go through."""

    cluster: Cluster
    kafka_proxy: Proxy
    postgres_proxy: Proxy

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator[Servers]:
        kafka_in, kafka_out, postgres_out = free_ports(3)
        with running(further=[ProxiedListener(kafka_in, kafka_out)]) as cluster:
            servers = cls(cluster, Proxy(kafka_out, kafka_in), Proxy(postgres_out, cluster.postgres.port))
            servers.kafka_proxy.start()
            servers.postgres_proxy.start()
            try:
                yield servers
            finally:
                servers.kafka_proxy.stop()
                servers.postgres_proxy.stop()

    @property
    def bootstrap_servers(self) -> str:
        return self.cluster.kafka.bootstrap_servers
