"""Postgres rebuilt from the log: emptied in one transaction, then filled by a worker as any empty database is.

The row of `rebuilds` is written with the emptying. As long as it has no end, the same command goes on with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError
from aiokafka.structs import TopicPartition

from models.clients.kafka import address, client_options
from models.clients.model_in_force import read_in_force
from models.clients.postgres import connected
from models.clients.statements import READ_POSITIONS
from models.declaration.as_json import as_json, model_fingerprint
from models.declaration.in_force import model_named
from models.errors import DatabaseUnreachableError, ExactFeaturesError, KafkaUnreachableError
from models.sql import fit
from models.sql.alterations import replacements
from models.sql.model_history import LOCK_MODEL, TRY_LOCK_TO_APPLY
from models.sql.names import tables_of
from streams.kafka.client import CONSUMER_GROUP
from streams.maintenance import rebuild_statements
from streams.maintenance.model_taking import put_in_force
from streams.offsets.data_loss import lost_records
from streams.offsets.start_offsets import StartOffset
from streams.postgres import migration
from streams.postgres.statements import READ_MISSING_TABLES
from streams.queries.status import input_logs
from streams.retry.outages import reason

if TYPE_CHECKING:
    from models.declaration.model import Model
    from models.settings.environment import Settings
    from streams.postgres.connection import Connection

LOCK_SECONDS = 10
"""So long a session of another program, a backup's say, may keep the tables from being emptied."""

COORDINATOR_TRIES, COORDINATOR_PAUSE = 40, 0.25
"""How often, and how many seconds apart, a new Kafka is asked for the group."""

RowCounts = Mapping[str, int]
"""Rows by table."""


class RebuildRefusedError(ExactFeaturesError):
    """Nothing was changed, as it would not be safe."""


@dataclass(frozen=True)
class Unfinished:
    """A rebuild that was begun and did not come to its end."""

    started_at: datetime
    rows_before: RowCounts


@asynccontextmanager
async def alone(settings: Settings) -> AsyncIterator[Connection]:
    """A connection of the one rebuild of this database that runs, while no worker does; the tables are there.

    Raises:
        RebuildRefusedError: another rebuild or a worker runs.
        DatabaseUnreachableError: Postgres does not answer, or refuses.
        UnsupportedDatabaseError: the schema is newer than this release.
        KafkaUnreachableError: Kafka does not answer.
    """
    async with connected(
        settings.database_url,
        {"application_name": "exact-features rebuild", "lock_timeout": f"{LOCK_SECONDS}s"},
    ) as connection:
        try:
            if not await connection.fetchval(rebuild_statements.TRY_LOCK):
                raise RebuildRefusedError("another rebuild of this database runs: let it finish, or stop it")
            if not await connection.fetchval(TRY_LOCK_TO_APPLY):
                raise RebuildRefusedError("`ingest model apply` runs in this database: let it finish, or stop it")
            await _check_no_worker(settings, connection)
            await _bring_schema_up_to_date(settings)
            yield connection
        except asyncpg.InsufficientPrivilegeError as error:
            raise DatabaseUnreachableError(
                f"Postgres refuses ({error}): rebuild as the role that owns the tables"
            ) from error


async def _bring_schema_up_to_date(settings: Settings) -> None:
    model = model_named(settings.model)
    try:
        await migration.bring_up_to_date(settings, [*tables_of(model), *model.reports])
    except RuntimeError as error:
        raise DatabaseUnreachableError(f"the tables cannot be made: {error}") from error


async def _check_no_worker(settings: Settings, connection: Connection) -> None:
    sessions = await connection.fetchval(rebuild_statements.COUNT_WORKERS)
    members = await group_members(settings)
    if members or sessions:
        where = f" ({', '.join(sorted(set(members)))})" if members else ""
        raise RebuildRefusedError(
            f"stop all workers first: {len(members)} read from Kafka{where}, {sessions} sessions are open in Postgres; "
            "one that was killed counts for 6 s more"
        )


async def group_members(settings: Settings) -> list[str]:
    """The machines of the workers that read from Kafka.

    Raises:
        KafkaUnreachableError: it does not answer.
    """
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await admin.start()
        response = await _described(admin)
    except (KafkaError, OSError) as error:
        raise KafkaUnreachableError(f"{address(settings)} does not answer: {reason(error)}") from error
    finally:
        await admin.close()
    return [str(member[2]).lstrip("/") for group in response.groups for member in group[5]]


async def _described(admin: AIOKafkaAdminClient) -> Any:  # noqa: ANN401  # an answer's fields are made at run time
    """What Kafka says of the group; the first question to a new Kafka is refused until its topic of groups is made."""
    for _ in range(COORDINATOR_TRIES):
        with suppress(GroupCoordinatorNotAvailableError):
            [response] = await admin.describe_consumer_groups([CONSUMER_GROUP])
            return response
        await asyncio.sleep(COORDINATOR_PAUSE)
    [response] = await admin.describe_consumer_groups([CONSUMER_GROUP])
    return response


async def unfinished(connection: Connection) -> Unfinished | None:
    """The rebuild to go on with."""
    row = await connection.fetchrow(rebuild_statements.READ_UNFINISHED)
    return Unfinished(row["started_at"], row["rows_before"]) if row else None


async def count_rows(connection: Connection, model: Model) -> RowCounts:
    """The number of rows of each table that is rebuilt, of those that there are."""
    tables = rebuild_statements.counted(model)
    missing = {row["name"] for row in await connection.fetch(READ_MISSING_TABLES, tables)}
    [row] = await connection.fetch(rebuild_statements.count_rows([name for name in tables if name not in missing]))
    return dict(row)


async def find_losses(settings: Settings, connection: Connection) -> list[str]:
    """What of the database the log cannot give back."""
    bounds, topic_ids = await input_logs(settings)
    applied = {
        TopicPartition(row["topic"], row["partition"]): StartOffset(row["topic_id"], row["next_offset"])
        for row in await connection.fetch(READ_POSITIONS)
    }
    published_to = [tuple(row) for row in await connection.fetch(rebuild_statements.READ_PUBLISHED_TO)]
    return list(lost_records(bounds, topic_ids, applied, published_to))


async def empty(connection: Connection, model: Model, before: RowCounts) -> None:
    """Empty all tables and note that they are to be filled, in one transaction.

    If the model is not the one in force, or the tables are not its own, they are made again, and it is put in force.
    """
    declared = as_json(model)
    async with connection.transaction():
        await connection.execute(LOCK_MODEL)
        in_force = await read_in_force(connection)
        is_own = in_force is not None and in_force.fingerprint == model_fingerprint(model)
        stored = await connection.fetch(fit.READ_COLUMNS, tables_of(model))
        if not is_own or fit.misfits(model, stored):
            for statement in replacements(in_force.declaration if in_force else declared, model):
                await connection.execute(statement)
        if not is_own:
            await put_in_force(connection, model)
        await connection.execute(rebuild_statements.empty(model))
        await connection.execute(rebuild_statements.BEGIN_REBUILD, orjson.dumps(before).decode())


async def finish(connection: Connection, model: Model) -> RowCounts:
    """Note that the tables are filled; return how many rows they have."""
    after = await count_rows(connection, model)
    await connection.execute(rebuild_statements.END_REBUILDS, orjson.dumps(after).decode())
    return after
