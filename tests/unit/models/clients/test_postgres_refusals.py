from __future__ import annotations

import ssl

import asyncpg
import pytest

from models.clients.postgres_refusals import complaint, is_final


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.InvalidPasswordError("password authentication failed"),
        asyncpg.InvalidCatalogNameError("no such database"),
        ssl.SSLCertVerificationError("certificate verify failed"),
        ConnectionError('PostgreSQL server at "db:5432" rejected SSL upgrade'),
    ],
)
def test_what_no_waiting_mends_is_final(error: Exception) -> None:
    assert is_final(error)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(111, "refused"),
        TimeoutError(),
        asyncpg.CannotConnectNowError("starting up"),
        asyncpg.ObjectNotInPrerequisiteStateError('database "x" is not currently accepting connections'),
    ],
)
def test_a_server_that_may_come_back_is_waited_for(error: Exception) -> None:
    assert not is_final(error)
    assert complaint(error).startswith("does not answer: ")


def test_a_statement_that_is_refused_is_not_called_silence() -> None:
    assert complaint(asyncpg.InsufficientPrivilegeError("permission denied")).startswith("refuses: ")


def test_a_complaint_is_one_line() -> None:
    assert "\n" not in complaint(asyncpg.InvalidPasswordError("failed\nHINT: another"))
