"""A Kafka that wants TLS and a password, and a Postgres that wants the same, with the environment that has both."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from embedded.cluster import Cluster, running
from embedded.listeners import SecuredListener
from embedded.ports import free_ports
from tests.integration.security import certificates
from tests.integration.security.certificates import Certificates
from tests.integration.security.tls_front import tls_front
from tests.processes import Stack

USER, PASSWORD = "lab", "correct-horse"  # of servers that end with the test
DATABASE = "features"


@pytest.fixture(scope="module")
def made() -> Iterator[Certificates]:
    with tempfile.TemporaryDirectory(prefix="test-certificates-") as folder:
        yield certificates.made_in(Path(folder))


@pytest.fixture(scope="module")
def listener(made: Certificates) -> SecuredListener:
    [port] = free_ports(1)
    return SecuredListener(port, made.keystore, {USER: PASSWORD})


@pytest.fixture(scope="module")
def secured_servers(listener: SecuredListener) -> Iterator[Cluster]:
    with running(further=[listener]) as cluster:
        yield cluster


@pytest.fixture(scope="module")
async def postgres_port(secured_servers: Cluster, made: Certificates) -> AsyncIterator[int]:
    """Where Postgres is reached by TLS; one user of it needs a password."""
    connection = await asyncpg.connect(secured_servers.postgres.url)
    ask_for_password(Path(await connection.fetchval("SHOW hba_file")))
    await connection.execute("SELECT pg_reload_conf()")
    await connection.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
    await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {USER}")
    await connection.close()
    async with tls_front(secured_servers.postgres.port, made.server_context()) as port:
        yield port


@pytest.fixture
def secured(
    listener: SecuredListener, secured_servers: Cluster, made: Certificates, postgres_port: int, tmp_path: Path
) -> Iterator[Stack]:
    """Everything as it must be for the servers to have us."""
    (tmp_path / "kafka-password").write_text(f"{PASSWORD}\n")
    environment = {
        **os.environ,
        **secured_servers.environment,
        "KAFKA_BOOTSTRAP_SERVERS": listener.advertised,
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SASL_USERNAME": USER,
        "KAFKA_SASL_PASSWORD_FILE": str(tmp_path / "kafka-password"),
        "KAFKA_SSL_CAFILE": str(made.authority),
        "DATABASE_URL": address_of_postgres(postgres_port, made.authority),
        "STORE_DIR": str(tmp_path / "store"),
    }
    stack = Stack(environment, tmp_path)
    try:
        yield stack
    finally:
        stack.end()


def ask_for_password(access: Path) -> None:
    """The first line that fits a connection counts; the others of pg_hba.conf ask for nothing."""
    access.write_text(f"host all {USER} 127.0.0.1/32 scram-sha-256\n{access.read_text()}")


def address_of_postgres(port: int, authority: Path, *, host: str = certificates.NAME, password: str = PASSWORD) -> str:
    return f"postgresql://{USER}:{password}@{host}:{port}/{DATABASE}?sslmode=verify-full&sslrootcert={authority}"
