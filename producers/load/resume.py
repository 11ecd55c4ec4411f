"""What Postgres knows of earlier loads of the same files."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from models.clients.postgres import connected
from producers.files.csv_file import CsvFile
from producers.files.fingerprint import fingerprint
from producers.load import resume_statements
from producers.sources.hashing import digest_of


async def without_applied(database_url: str, files: Sequence[CsvFile]) -> tuple[list[CsvFile], list[str]]:
    """The files of which Postgres does not hold each row already, and a line for each of the others.

    Files are digested only if a file of the same size was loaded before.

    Raises:
        DatabaseUnreachableError: Postgres does not answer.
    """
    sizes = {file.source.size for file in files if file.source.size is not None}
    rows = await _fetch(database_url, resume_statements.READ_APPLIED, list(sizes))
    loaded = {(_way(row), row["size"], row["digest"]): row["load_id"] for row in reversed(rows)}
    # By the whole way of reading, and not by row: thousands of small files are of the same few sizes.
    candidates = {(way, size) for way, size, _ in loaded}
    rest: list[CsvFile] = []
    notes: list[str] = []
    for file in files:
        size = file.source.size
        way = _way_of(file)
        digest = await _digest(file, size) if size is not None and (way, size) in candidates else None
        load_id = loaded.get((way, size, digest)) if digest else None
        if load_id is None:
            rest.append(file)
        else:
            notes.append(
                f"{file.name}: skipped: load {load_id} loaded it and it has not changed (--again loads it anyway)"
            )
    return rest, notes


async def resume_lines(
    database_url: str, files: Sequence[CsvFile], topic_ids: Mapping[str, UUID]
) -> tuple[dict[str, int], list[str]]:
    """Up to which line files were published whose beginning did not change since, by name; a line for each file.

    Args:
        database_url: the address that psql takes.
        files: those to look for.
        topic_ids: the ids that the topics have now: what was published to a topic that is gone does not count.

    Raises:
        DatabaseUnreachableError: Postgres does not answer.
    """
    rows = {
        row["path"]: row
        for row in await _fetch(database_url, resume_statements.READ_UNFINISHED, [file.name for file in files])
    }
    lines: dict[str, int] = {}
    notes: list[str] = []
    # Addresses that differ in what is not shown have one name: which of them was begun is not known.
    times = Counter(file.name for file in files)
    for file in files:
        row = rows.get(file.name) if times[file.name] == 1 else None
        if row is not None and await _can_go_on(file, row, topic_ids):
            line = lines[file.name] = row["last_line"]
            notes.append(f"{file.name}: resuming after line {line:,}, the last that load {row['load_id']} published")
        else:
            notes.append(f"{file.name}: no unfinished load of this file is known, so it is loaded from the start")
    return lines, notes


async def _can_go_on(file: CsvFile, row: asyncpg.Record, topic_ids: Mapping[str, UUID]) -> bool:
    if row["complete"] or not row["last_line"] or not row["digest"]:
        return False
    if not _is_read_alike(file, row) or not _are_current(row["positions"], topic_ids):
        return False
    known: str = row["digest"]
    return await _digest(file, row["digested"]) == known


async def _digest(file: CsvFile, size: int) -> str | None:
    """The digest of a file's beginning; None if the file is shorter or cannot be read, which the load reports."""
    try:
        return await asyncio.to_thread(digest_of, file.source, size)
    except OSError:
        return None


def _is_read_alike(file: CsvFile, row: asyncpg.Record) -> bool:
    return _way_of(file) == _way(row)


def _way_of(file: CsvFile) -> tuple[str, bool, str]:
    """What a file is read as: its kind, whether it deletes, and a fingerprint of the rest."""
    return file.layout.kind.name, file.layout.deletes, fingerprint(file)


def _way(row: asyncpg.Record) -> tuple[str, bool, str]:
    return row["kind"], row["deletes"], row["options"]


def _are_current(positions: Sequence[Mapping[str, object]], topic_ids: Mapping[str, UUID]) -> bool:
    """Whether what was published is still in Kafka, for all we know."""
    return all(str(topic_ids.get(str(position["topic"]))) == position["topic_id"] for position in positions)


async def _fetch(database_url: str, query: str, argument: Sequence[object]) -> list[asyncpg.Record]:
    async with connected(database_url) as connection:
        try:
            return list(await connection.fetch(query, argument))
        except asyncpg.UndefinedTableError:  # the worker, which makes the tables, has not started yet
            return []
