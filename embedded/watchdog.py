"""A process that cleans up after a run whose supervisor was killed.

It reads a pipe whose only write end the supervisor holds. The pipe's end without a word before it means that the
supervisor is gone: then the watchdog kills what the run left and removes its folder.
"""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from embedded.run_processes import MARK, kill_run

CLEAN_UP_LIMIT_SECONDS = 30.0
_DONE = b"done"
_SOURCE_ROOT = Path(__file__).resolve().parent.parent


class Watchdog:
    """The supervisor's side: start the watchdog first, let it `stand_down` after the clean-up, and `close` it."""

    def __init__(self, token: str, removed_folder: Path | None, lock: int) -> None:
        """Start it.

        Args:
            token: the run's mark.
            removed_folder: the run's temporary folder; None leaves the data where it is.
            lock: the data folder's locked file descriptor. The watchdog inherits it, so that no new run takes the
                folder while the old one's processes are still being killed.
        """
        reading, self._writing = os.pipe()
        environment = {name: value for name, value in os.environ.items() if name != MARK}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_SOURCE_ROOT), environment.get("PYTHONPATH")]))
        self._process = subprocess.Popen(  # noqa: S603 - our own module and arguments
            [sys.executable, "-m", "embedded.watchdog", token, str(removed_folder or "")],
            stdin=reading,
            # With the supervisor's own, whoever reads the run's output would wait for the watchdog as well.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            pass_fds=(lock,),
            start_new_session=True,
        )
        os.close(reading)

    def stand_down(self) -> None:
        """Tell the watchdog that nothing is left to clean up."""
        # It may have been killed itself, which loses nothing now.
        with suppress(BrokenPipeError):
            os.write(self._writing, _DONE)

    def close(self) -> None:
        """Wait for the watchdog's end; it cleans up first unless asked to stand down."""
        os.close(self._writing)
        self._process.wait()


def main(token: str, removed_folder: str) -> None:
    """The watchdog's side: wait for the pipe's end, and clean up unless asked not to."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if sys.stdin.buffer.read() == _DONE:
        return
    kill_run(token, CLEAN_UP_LIMIT_SECONDS)
    if removed_folder:
        shutil.rmtree(removed_folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
