"""The Faust tables of all feature tables of a model."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer
    from faust.types import TP

    from streams.table.faust_table import StateTable
    from streams.table.values import TableValues


class StateTables:
    """Those tables, by the name of the feature table."""

    def __init__(self, tables: Mapping[str, StateTable]) -> None:
        """Take them."""
        self._tables = tables
        self._by_changelog = {table.changelog_topic: table for table in tables.values()}

    def __getitem__(self, name: str) -> StateTable:
        """That of a feature table."""
        return self._tables[name]

    @property
    def changelogs(self) -> dict[str, str]:
        """The topic of each changelog, and the topic whose partitions it has."""
        return {changelog: table.rows_topic for changelog, table in self._by_changelog.items()}

    def use(self, producer: AIOKafkaProducer) -> None:
        """Write the changelogs through this producer."""
        for table in self._tables.values():
            table.use(producer)

    def set_partitions(self, counts: Mapping[str, int]) -> None:
        """Give each table as many partitions as the topic it is made from, before Faust starts it."""
        for table in self._tables.values():
            table.set_partitions(counts[table.rows_topic])

    def check_covers(self, partitions: set[TP]) -> None:
        """Check that the tables have all these partitions.

        Raises:
            StalePositionError: a topic was given more partitions while the worker ran.
        """
        for table in self._tables.values():
            table.check_covers({tp.partition for tp in partitions if tp.topic == table.rows_topic})

    async def update(self, partition: int, values: Mapping[str, TableValues]) -> None:
        """Write what a committed transaction left of each group."""
        for name, of_table in values.items():
            await self._tables[name].update(partition, of_table)

    async def finish(self) -> None:
        """Wait for what is being written to the changelogs; for a moment, if Kafka is away."""
        await asyncio.gather(*(table.finish() for table in self._tables.values()))

    def store_changelog(self, tp: TP, records: Sequence[Any], offset: int) -> None:
        """Write what a changelog says of groups, and how far it was read; nothing if the partition is not ours."""
        self._by_changelog[tp.topic].store_changelog(tp, records, offset)
