"""How the worker's process ends: within a limit when it is asked to, at once and with a reason when something failed.

Nothing is lost by a hard end: what is not committed in Postgres is read again by the next process. So no part of
Faust's own shutdown is worth waiting for longer than a supervisor does.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from typing import NoReturn

from streams.faust_adapters.process import WorkerBase

STOP_LIMIT = 4.0
"""Seconds from the signal to the end of the process."""

EXIT_STOPPED = 0
EXIT_FAILED = 1

log = logging.getLogger(__name__)


def end_process(code: int) -> NoReturn:
    """End at once, with what was logged written out."""
    logging.shutdown()
    os._exit(code)


class StoppingWorker(WorkerBase):
    """Faust's worker, whose stop has a limit."""

    _limit: threading.Timer | None = None

    def on_stop_signal(self) -> None:
        """Begin to count the time."""
        # A thread, since the event loop may be what does not come to an end.
        if self._limit is None:
            self._limit = threading.Timer(STOP_LIMIT, self._stop_hard)
            self._limit.daemon = True
            self._limit.start()

    def _stop_hard(self) -> None:
        log.warning("Not stopped within %.0f s: ending now; what is not committed is read again", STOP_LIMIT)
        end_process(EXIT_STOPPED)

    def end_loop(self) -> None:
        """End the process."""
        # All services are stopped. Faust would wait two more seconds for tasks that nobody needs.
        # What goes wrong in a stop that was asked for is of no account.
        failed = self._limit is None and (self.crash_reason is not None or sys.exc_info()[0] is not None)
        end_process(EXIT_FAILED if failed else EXIT_STOPPED)
