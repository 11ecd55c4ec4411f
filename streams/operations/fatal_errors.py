"""The error that ends a worker, as the last line of its log has it."""

from __future__ import annotations

import traceback
from pathlib import Path

import asyncpg

from models.errors import ExactFeaturesError
from streams.kafka.rights import refused_right
from streams.retry.outages import reason


def described(error: BaseException) -> str:
    """The error as one line; an unexpected one with the place that it comes from."""
    if isinstance(error, ExactFeaturesError):
        return str(error)
    if refused := refused_right(error):
        return refused
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        return f"Postgres does not give this user a right: {error}: see deploy/postgres/roles.sql for those it needs"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{reason(error)}{place}"
