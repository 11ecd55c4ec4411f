from __future__ import annotations

import pytest

from embedded.ports import free_ports
from models.clients.postgres import connected
from models.errors import DatabaseUnreachableError
from models.settings.environment import Settings


async def test_jsonb_comes_as_values(empty_database: Settings) -> None:
    async with connected(empty_database.database_url) as connection:
        assert await connection.fetchval("SELECT '[{\"a\": 1}]'::jsonb") == [{"a": 1}]


async def test_the_settings_hold_for_the_connection(empty_database: Settings) -> None:
    async with connected(empty_database.database_url, {"lock_timeout": "7s"}) as connection:
        assert await connection.fetchval("SHOW lock_timeout") == "7s"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("SELECT FROM stream_offsets", r"has no table of ours yet .*: start the worker"),
        ("CREATE ROLE postgres", "DATABASE_URL refuses: DuplicateObjectError: "),
    ],
)
async def test_what_postgres_says_to_a_statement_is_an_error_of_ours(
    empty_database: Settings, statement: str, message: str
) -> None:
    with pytest.raises(DatabaseUnreachableError, match=message):
        async with connected(empty_database.database_url) as connection:
            await connection.execute(statement)


async def test_where_nothing_listens_the_message_ends_with_the_advice() -> None:
    with pytest.raises(DatabaseUnreachableError, match=r"Postgres at DATABASE_URL does not answer: .*; try later$"):
        async with connected(f"postgresql://postgres@127.0.0.1:{free_ports(1)[0]}/postgres", advice="try later"):
            pass
