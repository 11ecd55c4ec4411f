"""What the transactions run on: a connection of asyncpg, of its own or from a pool."""

from __future__ import annotations

from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = asyncpg.Connection[Any] | PoolConnectionProxy[Any]
