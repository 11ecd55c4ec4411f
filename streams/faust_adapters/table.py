"""Tables: their recovery, stores and codecs.

See the package for what the classes are.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import faust
from faust.stores import rocksdb
from faust.tables import TableManager
from faust.tables.recovery import Recovery
from mode import Service


class TablesRecovery(Recovery):
    """The service that recovers tables, without what Faust has for that."""

    @Service.task
    async def _restart_recovery(self) -> None:
        await self.recover_when_signalled()

    @abstractmethod
    async def recover_when_signalled(self) -> None:
        """Recover after each rebalance, for as long as the service runs."""

    @Service.task
    async def _slurp_changelogs(self) -> None:
        """Nothing comes through Faust's queue."""

    @Service.task
    async def _publish_stats(self) -> None:
        """Whoever recovers reports how far it is."""

    async def _wait(self, coro: Any, timeout: Any = None) -> None:  # noqa: ANN401, ARG002, ASYNC109  # Faust's signature
        # Faust's limit on each step would end the recovery for good when Postgres or Kafka is away for longer.
        await self.wait_for_step(coro)

    async def wait_for_step(self, step: Any) -> None:  # noqa: ANN401  # whatever can be awaited
        """Wait for it, without Faust's limit.

        Raises:
            faust.tables.recovery.RebalanceAgain: another rebalance began.
            faust.tables.recovery.ServiceStopped: the service ends.
        """
        await super()._wait(step)

    def generation(self) -> int:
        """The number of the rebalance."""
        return self._generation_id

    def mark_started(self) -> None:
        """Take note that a recovery began."""
        self._set_recovery_started()


class RecoveredTables(TableManager):
    """The app's tables."""

    @property
    def recovery(self) -> Recovery:
        """The recovery service, made when first asked for."""
        if self._recovery is None:
            self._recovery = self.new_recovery()
        return self._recovery

    @abstractmethod
    def new_recovery(self) -> Recovery:
        """The recovery service."""

    async def register_tables(self) -> None:
        """Start the tables, and let the app know their changelogs."""
        await self._update_channels()


class PartitionedStore(rocksdb.Store):
    """A table's stores, one a partition."""

    def _open_for_partition(self, partition: int) -> Any:  # noqa: ANN401  # a rocksdict.Rdict, which is not typed
        return self.open_partition(partition)

    def open_partition(self, partition: int) -> Any:  # noqa: ANN401  # as above
        """Open the store of a partition."""
        return super()._open_for_partition(partition)


class StoredTable(faust.Table[Any, Any]):
    """A table on stores."""

    def _new_store_by_url(self, url: Any) -> Any:  # noqa: ANN401  # Faust's signature
        return self.new_store(url)

    @abstractmethod
    def new_store(self, url: Any) -> Any:  # noqa: ANN401  # Faust's signature
        """The table's stores."""


def open_store(table: Any, partition: int) -> Any:  # noqa: ANN401  # a rocksdict.Rdict, which is not typed
    """A partition's store of a table, if Faust has opened it; else None."""
    return table.data._dbs.get(partition)
