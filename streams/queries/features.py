"""Features of groups for programs, as JSON: what the page `/features` answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.declaration.in_force import model_named
from models.expressions.to_sql import text_literal
from models.sql.wire_json import json_of_group
from streams.queries.feature_statements import KeyedTable, read_by_keys, records_are_waiting
from streams.queries.log_ends import LogEndReader
from streams.queries.read_pool import ReadPool

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer

    from models.declaration.model import FeatureTable
    from models.settings.environment import Settings

CONNECTIONS = 4
"""Of all programs that ask this worker together."""

STATEMENT_MS = 2_000
"""How long one statement may take."""

_UNKNOWN = (None, None)


@dataclass(frozen=True, slots=True)
class GroupsFound:
    """What was found for some keys."""

    groups: list[str | None]
    """The JSON of each group; None: there is none."""
    waiting: bool | None
    """Whether records of rows are not applied yet; None: Kafka does not say so."""
    incomplete: list[str]
    """The columns that are being filled: each is NULL or right."""


class FeatureQueries:
    """Reads groups by their keys over a few connections that are kept."""

    def __init__(self, settings: Settings, producer: Callable[[], AIOKafkaProducer]) -> None:
        """Take the settings, and what gives a producer over whose connections Kafka is asked."""
        self._pool = ReadPool(settings.database_url, CONNECTIONS, statement_timeout=str(STATEMENT_MS))
        declared = model_named(settings.model).features
        self._statements = {features.name: _statement(features) for features in declared}
        self._ends = LogEndReader(producer, {features.rows.name for features in declared})

    async def read(self, features: FeatureTable, keys: Sequence[tuple[object, ...]]) -> GroupsFound:
        """The groups of these keys, in their order.

        Raises:
            DatabaseUnreachableError: Postgres does not answer.
        """
        # First: what is not waiting then is in the snapshot that comes after it.
        log = await self._ends.of(features.rows.name)
        arrays: list[Any] = [list(column) for column in zip(*keys, strict=True)]
        statement = self._statements[features.name]
        async with self._pool.connection() as connection:
            rows = await connection.fetch(statement, *arrays, *(log or _UNKNOWN))
        return GroupsFound([row["found"] for row in rows], rows[0]["waiting"], rows[0]["incomplete"])


def keyed_table(features: FeatureTable) -> KeyedTable:
    """A declared feature table by its names."""
    return KeyedTable(
        features.name,
        {group.name: group.type.postgres for group in features.group},
        tuple(output.name for output in features.outputs),
    )


def _statement(features: FeatureTable) -> str:
    table = keyed_table(features)
    found = f"CASE WHEN f.version IS NOT NULL THEN {json_of_group(features, 'f')} END"
    waiting = records_are_waiting(text_literal(features.rows.name), len(table.key) + 1)
    return read_by_keys(table, f"{found} AS found", waiting)
