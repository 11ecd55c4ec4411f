"""Reading Postgres for people: a connection that changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.clients.postgres import connected

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from models.settings.environment import Settings
    from streams.postgres.connection import Connection


def read_only_connection(settings: Settings, **server_settings: str) -> AbstractAsyncContextManager[Connection]:
    """A connection that changes nothing.

    Args:
        settings: where Postgres is.
        server_settings: Postgres' settings for this connection, by name.

    Raises:
        DatabaseUnreachableError: Postgres does not answer, refuses, or has no tables of ours yet.
    """
    return connected(settings.database_url, {"default_transaction_read_only": "on", **server_settings})
