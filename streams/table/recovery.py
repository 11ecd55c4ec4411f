"""The Faust table's recovery: bounded, in bulk, and without waiting for what never comes.

Faust's own recovery takes the changelog through the agents' queue record by record, waits for the last offset before
the log's end to arrive, and gives up for good when a step takes longer than a request may. A compacted or transactional
changelog need not have a record at that offset. Here the changelog is read by a consumer of its own, as far as it can
be within a limit. What is missing then is missing: each value of the table is checked against the feature row's
version, and a group that a table does not know is computed from Postgres.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol, cast

from aiokafka.errors import IllegalStateError
from faust.tables.recovery import RebalanceAgain, Recovery, ServiceStopped

from streams.faust_adapters.table import RecoveredTables, TablesRecovery
from streams.table.changelog_reader import ChangelogReader

if TYPE_CHECKING:
    from models.settings.environment import Settings
    from streams.table.state_tables import StateTables


class RecoveringApp(Protocol):
    """What the recovery needs of the app."""

    settings: Settings
    state_tables: StateTables


class BoundedRecovery(TablesRecovery):
    """Faust's recovery service: after each rebalance, the table first, then the streams."""

    async def recover_when_signalled(self) -> None:
        """Recover after each rebalance."""
        while not await self.wait_for_stopped(cast("Any", self.signal_recovery_start)):
            self.signal_recovery_start.clear()
            try:
                await self._recover(self.generation())
            except (RebalanceAgain, IllegalStateError):
                self.log.info("Another rebalance began during the recovery")
            except ServiceStopped:
                break

    async def _recover(self, generation: int) -> None:
        self.mark_started()
        began = time.monotonic()
        app = cast("RecoveringApp", self.app)
        reader = ChangelogReader(app.settings, app.state_tables.store_changelog)
        await self.wait_for_step(reader.catch_up({tp: self.active_offsets[tp] for tp in self.active_tps}))
        self.log.info("Table recovered: %d changelog records in %.1f s", reader.records, time.monotonic() - began)
        await self.on_recovery_completed(generation)


class BoundedTableManager(RecoveredTables):
    """Faust's tables with the recovery above."""

    def new_recovery(self) -> Recovery:
        """The recovery service."""
        return BoundedRecovery(self.app, self, beacon=self.beacon, loop=self.loop)

    async def on_start(self) -> None:
        """Register the tables once the agents have started; Faust gives them a second for that."""
        await self.app.agents.wait_until_agents_started()
        if not self.should_stop:
            await self.register_tables()
            await self.recovery.start()
