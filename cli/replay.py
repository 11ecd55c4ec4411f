"""Corrected rows of rejects, loaded again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from models.declaration.in_force import model_named
from models.exit_codes import ExitCode
from models.rows import Reject
from models.settings.environment import Settings
from models.terminal_text import say
from producers.load.loading import Load
from producers.load.options import LoadOptions
from producers.load.signals import run
from producers.load.summary import print_result
from producers.rows.column_mapping import RowMapping
from producers.rows.file_kinds import FileKinds
from producers.rows.read_options import ReadOptions
from streams.rejects.export import IDS_SUFFIX


class Resolved:
    """Which rejects the rows of exported files resolve: those whose row was accepted."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._ids = {str(path): _ids_beside(path) for path in paths}
        self._rejected: defaultdict[str, set[int]] = defaultdict(set)

    def note(self, reject: Reject, row: int) -> None:
        """Note that a row is still wrong; rows of a file are counted from 0."""
        self._rejected[reject.file].add(row)

    def of(self, load: Load) -> list[UUID]:
        """The rejects that are resolved, once all files are read.

        In a file with more or fewer rows than were exported, it is not known which row is which. Rejects are then
        resolved only where the id of their row could be read.
        """
        found: list[UUID] = []
        for file in load.report.files:
            ids = self._ids.get(file.path, [])
            if len(ids) == file.read:
                found += [reject_id for row, reject_id in enumerate(ids) if row not in self._rejected[file.path]]
            else:
                say(
                    f"{file.path}: holds {file.read:,} rows, but {len(ids):,} were exported, so only rejects whose id "
                    "could be read are resolved"
                )
        return found


def replay(
    paths: Sequence[Path], settings: Settings, reading: ReadOptions, wait_timeout: float, *, as_json: bool
) -> ExitCode:
    """Publish the rows of these files, and that they resolve their rejects; return the exit code.

    Raises:
        ExactFeaturesError: see `Load.run`.
    """
    resolved = Resolved(paths)
    kinds = FileKinds(model_named(settings.model))
    options = LoadOptions(RowMapping(kinds), reading, keep_rejects=False, resolves=lambda: resolved.of(load))
    load = Load(paths, settings, options, on_reject=resolved.note)
    run(load, wait_timeout=wait_timeout)
    return print_result(load.report, wait_timeout=wait_timeout, as_json=as_json)


def _ids_beside(path: Path) -> list[UUID]:
    try:
        return [UUID(line) for line in path.with_name(path.name + IDS_SUFFIX).read_text().split()]
    except (OSError, ValueError):
        return []
