"""`ingest load --watch`: load files as they arrive in folders."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from models.errors import DatabaseUnreachableError, ExactFeaturesError
from models.exit_codes import ExitCode
from models.terminal_text import say
from producers.errors import LoadOptionError, NothingLoadableError, TooManyRejectsError
from producers.files.watching import Patience, WatchedFolders
from producers.load.options import NO_LIMIT, LoadOptions
from producers.rows.deletions import DeletionMapping
from producers.sources.folders import FolderFile

_PAUSE_SECONDS = 0.5
_RETRY_SECONDS = 10.0

LoadFiles = Callable[[Sequence[FolderFile], LoadOptions], ExitCode]
"""What loads a batch of files; it raises ExactFeaturesError."""


def load_what_comes(paths: Iterable[str], patience: Patience, options: LoadOptions, load_files: LoadFiles) -> ExitCode:
    """Load each file that arrives in folders, once it is complete, until a load is interrupted.

    Args:
        paths: the folders.
        patience: how long a file must stay unchanged to be complete.
        options: how to load.
        load_files: does it.

    Raises:
        LoadOptionError: a path is not a folder, or the options do not go together.
    """
    if isinstance(options.layout_of, DeletionMapping):
        raise LoadOptionError("--delete and --watch do not go together: name the files whose rows are to be deleted")
    folders = _folders(paths)
    say(
        f"watching {', '.join(map(str, folders))}: a file is loaded once it has not changed for {patience.settle:g} s; "
        "Ctrl-C ends it"
    )
    return _watch(WatchedFolders(folders, patience), options, load_files)


def _folders(paths: Iterable[str]) -> list[Path]:
    folders = [Path(path) for path in paths]
    for folder in folders:
        if not folder.is_dir():
            raise LoadOptionError(f"{folder}: is not a folder; --watch takes existing folders")
    return folders


def _watch(folders: WatchedFolders, options: LoadOptions, load_files: LoadFiles) -> ExitCode:
    problems: list[str] = []
    options_now = options
    while True:
        files = folders.complete_files()
        if folders.problems != problems:
            problems = folders.problems
            say("\n".join(problems) or "all folders can be read again")
        for line in folders.news:
            say(line)
        try:
            for batch in _batches(files, options):
                if _load(batch, folders, options_now, load_files) is ExitCode.INTERRUPTED:
                    return ExitCode.INTERRUPTED
        except ExactFeaturesError as error:
            say(f"{error}\ntrying again in {_RETRY_SECONDS:g} s")
            # To resume, Postgres is asked how far a load came; without it, all is loaded again.
            options_now = replace(options, resume=not isinstance(error, DatabaseUnreachableError))
            time.sleep(_RETRY_SECONDS)
        else:
            options_now = options
            time.sleep(_PAUSE_SECONDS)


def _batches(files: Sequence[FolderFile], options: LoadOptions) -> list[Sequence[FolderFile]]:
    """What is loaded together: all, unless one file may stop its load, and so keep others from being loaded."""
    if options.reject_limit != NO_LIMIT:
        return [[file] for file in files]
    return [files] if files else []


def _load(
    batch: Sequence[FolderFile], folders: WatchedFolders, options: LoadOptions, load_files: LoadFiles
) -> ExitCode:
    """Load files; what is wrong with them is reported once, what is wrong with a server is raised."""
    try:
        code = load_files(batch, options)
    except (NothingLoadableError, TooManyRejectsError) as error:
        say(str(error))
        code = ExitCode.PARTLY
    if code is not ExitCode.INTERRUPTED:
        folders.take(batch)
    return code
