"""Rejected rows as CSV files: under the header of their own file, as they stood there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePath
from typing import Any, TextIO

from models.errors import ExactFeaturesError
from models.rows import MAX_ORIGINAL
from models.settings.environment import Settings
from models.terminal_text import escaped
from streams.rejects.queries import Choice, replayable

IDS_SUFFIX = ".rejects"
"""Beside each exported file: the id of the reject of each of its rows, one a line."""


class ExportError(ExactFeaturesError):
    """The rejected rows cannot be written to files."""


class Export:
    """Writes one file for each file and header that the rejects come from; they must come in that order.

    A row is written as it stood in its file and changed in nothing: corrected, it is the row.
    """

    def __init__(self, target: Path, most: int | None = None) -> None:
        """Take a folder, or the name of the one file that is expected; and how many rows may be written."""
        self._target = target
        self._most = most
        self._source: tuple[str, str] | None = None
        self._open: list[TextIO] = []
        self._path = target
        self.files: Counter[Path] = Counter()
        """Number of rows written, by file."""
        self.left_out: Counter[str] = Counter()
        """Rows that cannot be exported, by the reason why."""

    def add(self, row: dict[str, Any]) -> None:
        """Write a reject.

        Raises:
            ExportError: a file is there already, only one was named and more are needed, or it is a row too many.
            OSError: a file cannot be written.
        """
        obstacle = _obstacle(row)
        if obstacle:
            self.left_out[obstacle] += 1
            return
        if self._most is not None and self.files.total() >= self._most:
            raise ExportError(f"there are more than {self._most:,} rows: use the command `ingest rejects export`")
        if self._source != (row["file"], row["header"]):
            self._begin(row)
        rows, ids = self._open
        rows.write(row["original"] + "\n")
        ids.write(f"{row['reject_id']}\n")
        self.files[self._path] += 1

    def close(self) -> None:
        """Close all files that were written."""
        for file in self._open:
            file.close()

    def remove(self) -> None:
        """Remove what was written: half of an export would look like all of it."""
        self.close()
        for path in self.files:
            path.unlink(missing_ok=True)
            _ids_of(path).unlink(missing_ok=True)

    def _begin(self, row: dict[str, Any]) -> None:
        self.close()
        self._path = self._next_path(row)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._open = [path.open("x", encoding="utf-8", newline="") for path in (self._path, _ids_of(self._path))]
        except FileExistsError as error:
            name = escaped(str(error.filename))
            raise ExportError(f"{name}: is there already: remove it, or export to another place") from None
        self._open[0].write(row["header"] + "\n")
        self._source = row["file"], row["header"]

    def _next_path(self, row: dict[str, Any]) -> Path:
        if self._target.suffix.lower() == ".csv":
            if self.files:
                name = escaped(str(self._target))
                raise ExportError(
                    f"{name}: the rejects come from several files: name a folder, or one of them with --file"
                )
            return self._target
        stem = PurePath(row["file"]).name.partition(".")[0] or row["kind"]
        names = (f"{stem}.csv", *(f"{stem}-{number}.csv" for number in range(2, len(self.files) + 2)))
        return next(path for path in map(self._target.joinpath, names) if path not in self.files)


def _ids_of(path: Path) -> Path:
    return path.with_name(path.name + IDS_SUFFIX)


def _obstacle(row: dict[str, Any]) -> str | None:
    if row["kind"] is None:
        return "name what to delete, and are not rows to be stored"
    if not row["header"]:
        return "came without a header, or with one that is too long to be kept"
    if row["original"] is None or len(row["original"]) >= MAX_ORIGINAL:
        return "are too long to be kept whole"
    return None


async def export(settings: Settings, choice: Choice, target: Path, most: int | None = None) -> Export:
    """Write the chosen rejects.

    Args:
        settings: where Postgres is.
        choice: which rejects.
        target: a folder, or the name of the one file that is expected.
        most: rows that may be written; None: any number.

    Raises:
        ExportError: the files cannot be written, or there are more rows.
        DatabaseUnreachableError: Postgres does not answer.
    """
    written = Export(target, most)
    try:
        async for row in replayable(settings, choice):
            try:
                written.add(row)
            except OSError as error:
                raise ExportError(
                    f"{escaped(str(target))}: cannot be written ({error.strerror}): check the path and the disk"
                ) from error
    except BaseException:
        written.remove()
        raise
    finally:
        written.close()
    return written
