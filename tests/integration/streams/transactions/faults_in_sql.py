"""Makes Postgres itself fail in a chosen way, by a trigger on `experiments`."""

from __future__ import annotations

import asyncpg

FAILING = """
CREATE SEQUENCE attempts;
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A sequence is not rolled back: it counts the attempts that failed, too.
    IF NEW.user_id = {user} AND nextval('attempts') = ANY (ARRAY[{attempts}]) THEN
        RAISE EXCEPTION 'made to fail' USING ERRCODE = '{code}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER failing BEFORE INSERT ON experiments FOR EACH ROW EXECUTE FUNCTION fail();
"""


async def fail_attempts(connection: asyncpg.Pool, code: str, *attempts: int, user: int) -> None:
    """Let the n-th attempts to store a row of the user end with an error of this code (SQLSTATE)."""
    await connection.execute(FAILING.format(user=user, code=code, attempts=", ".join(map(str, attempts))))


async def attempts_made(connection: asyncpg.Pool) -> int:
    made: int = await connection.fetchval("SELECT last_value FROM attempts")
    return made
