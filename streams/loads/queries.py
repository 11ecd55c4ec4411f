"""The loads, for people and programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args
from uuid import UUID

from streams.loads import statements as load_statements
from streams.postgres.read_only import read_only_connection

if TYPE_CHECKING:
    from models.settings.environment import Settings

MAX_FILES_SHOWN = 1000

State = Literal["publishing", "published", "applied", "failed"]
STATES: tuple[State, ...] = get_args(State)
"""The states of a load."""


async def read_loads(settings: Settings, limit: int, state: str | None = None) -> list[dict[str, Any]]:
    """The latest loads, newest first, each with the paths of its first files.

    Raises:
        DatabaseUnreachableError: Postgres does not answer.
    """
    async with read_only_connection(settings) as connection:
        rows = await connection.fetch(load_statements.READ_LOADS, limit, state)
    return listed(rows)


def listed(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a list shows of each load.

    Args:
        rows: of load_statements.READ_LOADS.
    """
    return [_load(dict(row)) | {"paths": row["paths"], "file_count": row["file_count"]} for row in rows]


async def read_load(settings: Settings, load_id: UUID) -> dict[str, Any] | None:
    """One load, with its files and how far Postgres is with each partition; None if it is not known.

    Raises:
        DatabaseUnreachableError: Postgres does not answer.
    """
    async with read_only_connection(settings) as connection:
        row = await connection.fetchrow(load_statements.READ_LOAD, load_id)
        if row is None:
            return None
        files = await connection.fetch(load_statements.READ_FILES, load_id, MAX_FILES_SHOWN)
        reached = await connection.fetch(load_statements.READ_REACHED, load_id)
    return _load(dict(row)) | {
        "files": [_file(dict(file)) for file in files],
        "partitions": [dict(at) for at in reached],
    }


def _load(row: dict[str, Any]) -> dict[str, Any]:
    columns = ("started_at", "ended_at", "told_at", "read", "published", "rejected", "error", "problems")
    return {
        "load": row["load_id"],
        "state": row["state"],
        "applied": row["state"] == "applied",
        **{column: row[column] for column in columns},
    }


def _file(row: dict[str, Any]) -> dict[str, Any]:
    return {column: row[column] for column in _FILE_COLUMNS}


_FILE_COLUMNS = (
    "path",
    "kind",
    "deletes",
    "size",
    "digest",
    "read",
    "published",
    "rejected",
    "first_line",
    "last_line",
    "complete",
)
