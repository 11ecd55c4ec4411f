"""Where an export is written: a file that appears once it is complete, or standard output."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

from models.errors import ExactFeaturesError
from models.terminal_text import escaped


class ExportError(ExactFeaturesError):
    """A table cannot be exported."""


class Output(io.RawIOBase):
    """Takes bytes, and reports what keeps them from being written as an error of ours."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        super().__init__()
        self._file = file
        self._name = name
        self._written = 0

    def writable(self) -> bool:
        """It is for writing only."""
        return True

    def tell(self) -> int:
        """How many bytes were written."""
        return self._written

    def write(self, data: bytes) -> int:  # type: ignore[override]  # any buffer
        """Write all of it.

        Raises:
            ExportError: it cannot be written.
        """
        with reported(self._name):
            self._file.write(data)
        size = memoryview(data).nbytes
        self._written += size
        return size


@contextmanager
def reported(name: str) -> Iterator[None]:
    """What the system says of a file becomes an error of ours.

    Raises:
        ExportError: it cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise ExportError(f"{name}: cannot be written ({error.strerror}): check the path and the disk") from None


@contextmanager
def opened(path: Path | None) -> Iterator[Output]:
    """What takes the bytes of a file, which has its name only if all goes well; of standard output if there is no path.

    A file of that name is replaced. What is not an ordinary file, such as a pipe, is written to as it is.

    Raises:
        ExportError: it cannot be written.
    """
    name = "standard output" if path is None else escaped(str(path))
    with reported(name):
        target = None if path is None or _is_special(path) else path.resolve()
        unfinished = None if target is None else target.with_name(f".{target.name}.{uuid4().hex[:8]}.part")
        file = open(unfinished or path or sys.stdout.fileno(), "wb", closefd=path is not None)  # noqa: SIM115  # below
    try:
        # What goes wrong with Postgres meanwhile may be an OSError too, and is not the file's.
        yield Output(file, name)
        with reported(name):
            file.flush()
            if target is not None and unfinished is not None:
                os.fsync(file.fileno())
                unfinished.replace(target)
    finally:
        with suppress(OSError):
            # What could not be written is tried once more.
            file.close()
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)


def _is_special(path: Path) -> bool:
    return path.exists() and not stat.S_ISREG(path.stat().st_mode)
