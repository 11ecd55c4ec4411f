"""An engine of SQLAlchemy over asyncpg."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from models.clients.postgres import connect

if TYPE_CHECKING:
    from models.settings.environment import Settings


def open_engine(settings: Settings) -> AsyncEngine:
    """An engine that keeps no connections.

    asyncpg reads the address, as everywhere else here: SQLAlchemy would not know what psql takes in it, such as
    sslmode.
    """
    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: connect(settings.database_url),
        poolclass=NullPool,
    )


def unwrapped(error: BaseException) -> BaseException:
    """What asyncpg raised, where SQLAlchemy has wrapped it."""
    cause = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig is not None else None
    return cause or error
