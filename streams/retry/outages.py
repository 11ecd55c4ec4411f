"""Retryable errors: those that mean that a server is away and will be back."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)

from models.clients.postgres_refusals import AWAY
from streams.retry.backoff import Backoff

T = TypeVar("T")

log = logging.getLogger(__name__)

OUTAGES = (
    *AWAY,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    # This process was stopped, or starved, inside a transaction for longer than Postgres puts up with.
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionTimeoutError,
    asyncpg.PostgresIOError,
    OSError,
    TimeoutError,
)
"""Postgres is away, starting, stopping, full, out of reach, or set to end what takes long: it will be back."""

RIGHT_REFUSALS = (ClusterAuthorizationFailedError, GroupAuthorizationFailedError, TopicAuthorizationFailedError)
"""Kafka does not let this user do what it asked for: no waiting mends these."""


def reason(error: BaseException) -> str:
    """The error as one line."""
    name, text = type(error).__name__, " ".join(str(error).split())
    # aiokafka's begin with their name already.
    return text if text.startswith(name) else f"{name}: {text}".removesuffix(": ")


async def through_outages(what: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """Try until Postgres and Kafka let it succeed, with a line of the log for each attempt that failed.

    Raises:
        Exception: whatever does not pass by waiting.
    """
    backoff = Backoff(log)
    while True:
        try:
            return await attempt()
        except RIGHT_REFUSALS:
            raise
        except (KafkaError, *OUTAGES) as error:
            await backoff.wait(what, reason(error))
