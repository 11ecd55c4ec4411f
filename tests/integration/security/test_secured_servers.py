"""TLS and logins to Kafka and Postgres: what is as it must be works, and all else is refused in one line."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from embedded.cluster import Cluster
from embedded.listeners import SecuredListener
from tests.integration.security.certificates import Certificates
from tests.integration.security.conftest import PASSWORD, address_of_postgres
from tests.processes import Stack

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "data"
NEVER_LOADED = "user_id,name,email,signup_date\n99,Nobody,,2024-01-01\n"


async def test_files_are_loaded_and_features_are_right_over_tls_with_logins(secured: Stack) -> None:
    secured.start_worker()
    loaded = await secured.load(SAMPLE)
    assert loaded.returncode == 1, loaded.stderr  # the sample has two bad rows
    await secured.assert_audit_is_equal()
    # The table comes back from its changelog, and the other commands ask as the worker does.
    assert secured.workers[0].stop() == 0
    shutil.rmtree(secured.folder / "store")
    worker = secured.start_worker()
    await worker.ready()
    assert "cannot be read" not in worker.log()
    for command in (["cli", "status"], ["streams.report"]):
        asked = await secured.run(*command)
        assert asked.returncode == 0, asked.stdout + asked.stderr
    assert PASSWORD not in "".join(each.log() for each in secured.workers)


KAFKA_REFUSALS = {
    "authority": "is not trusted: localhost:.* has a certificate that is not accepted",
    "password": "refuses the user 'lab'",
    "host": "is not trusted: 127.0.0.1:.* certificate is not valid for '127.0.0.1'",
}
POSTGRES_REFUSALS = {
    "authority": "is not trusted: its certificate is not accepted",
    "password": "refuses the connection .*password authentication failed",
    "host": "is not trusted: .* certificate is not valid for '127.0.0.1'",
    "no TLS": "refuses the connection .*rejected SSL upgrade",
}


@pytest.mark.parametrize("wrong", KAFKA_REFUSALS)
async def test_a_kafka_that_is_not_trusted_or_refuses_the_login_is_told_in_one_line(
    secured: Stack, listener: SecuredListener, made: Certificates, wrong: str
) -> None:
    change = {
        "authority": {"KAFKA_SSL_CAFILE": str(made.other_authority)},
        "password": {"KAFKA_SASL_PASSWORD": "wrong-horse"},
        "host": {"KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{listener.port}"},
    }[wrong]
    secured.environment |= change
    users = secured.folder / "users.csv"
    users.write_text(NEVER_LOADED)
    expected = {f"producers.csv {users}": 3, "cli status": 3}
    await assert_refused(secured, expected, KAFKA_REFUSALS[wrong])


async def test_a_port_of_kafka_without_tls_is_asked_about(secured: Stack, secured_servers: Cluster) -> None:
    secured.environment["KAFKA_BOOTSTRAP_SERVERS"] = secured_servers.kafka.bootstrap_servers
    asked = await secured.run("cli", "status")
    assert asked.returncode == 3
    assert_tells(asked.stderr, "speaks no TLS|Does this port speak SASL_SSL")


@pytest.mark.parametrize("wrong", POSTGRES_REFUSALS)
async def test_a_postgres_that_is_not_trusted_or_refuses_the_login_is_told_in_one_line(
    secured: Stack, secured_servers: Cluster, made: Certificates, postgres_port: int, wrong: str
) -> None:
    secured.environment["DATABASE_URL"] = {
        "authority": address_of_postgres(postgres_port, made.other_authority),
        "password": address_of_postgres(postgres_port, made.authority, password="wrong-horse"),  # noqa: S106  # wrong
        "host": address_of_postgres(postgres_port, made.authority, host="127.0.0.1"),
        "no TLS": address_of_postgres(secured_servers.postgres.port, made.authority),
    }[wrong]
    expected = {"streams.audit": 3, "cli loads": 4}
    await assert_refused(secured, expected, POSTGRES_REFUSALS[wrong])


async def assert_refused(stack: Stack, commands: dict[str, int], reason: str) -> None:
    """The commands end with their exit codes and one line; a worker ends too, and does not wait for ever."""
    worker = stack.start_worker()
    ended = await asyncio.gather(*(stack.run(*command.split()) for command in commands))
    for process, code in zip(ended, commands.values(), strict=True):
        assert process.returncode == code, process.stdout + process.stderr
        assert_tells(process.stderr, reason)
    assert await worker.ended() == 1
    assert_tells("\n".join(line for line in worker.log().splitlines() if "The worker ends:" in line), reason)


def assert_tells(text: str, reason: str) -> None:
    [line] = text.splitlines()
    assert re.search(reason, line), line
    assert "horse" not in line
