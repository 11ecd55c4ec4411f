"""Errors of connecting to Postgres that waiting does not cure: wrong TLS settings and logins."""

from __future__ import annotations

import ssl

import asyncpg

_REFUSED = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ClientConfigurationError,
    ssl.SSLCertVerificationError,
)

AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    # The database takes no connections, as while it is restored (ALLOW_CONNECTIONS false).
    asyncpg.ObjectNotInPrerequisiteStateError,
)
"""Postgres answers with these while it starts, stops, is full or closed."""


def is_final(error: BaseException) -> bool:
    """Whether the next attempt with the same DATABASE_URL will end the same."""
    return isinstance(error, _REFUSED) or _lacks_tls(error)


def complaint(error: BaseException) -> str:
    """One line that completes "Postgres …"."""
    # A hint or the statement may follow on further lines.
    said = str(error).partition("\n")[0]
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"is not trusted: its certificate is not accepted ({error.verify_message}); "
            "check sslrootcert and the host in DATABASE_URL"
        )
    if is_final(error):
        return f"refuses the connection ({said}); check DATABASE_URL"
    verb = "refuses" if isinstance(error, asyncpg.PostgresError) and not isinstance(error, AWAY) else "does not answer"
    return f"{verb}: {type(error).__name__}: {said}".removesuffix(": ")


def _lacks_tls(error: BaseException) -> bool:
    # asyncpg has no class of its own for a server that has TLS switched off.
    return isinstance(error, ConnectionError) and "rejected SSL upgrade" in str(error)
