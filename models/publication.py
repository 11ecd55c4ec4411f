"""Which publication of a row is the newest.

A row published twice is ordered by (publication time, load id, line): the producer's clock in milliseconds, read
once a load, is the Kafka timestamp of all its records; the load's id is a UUIDv7; the line is that in the file.
A record of another client, without the headers, counts by its Kafka timestamp, then partition and offset.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

LOAD_HEADER = "load"
FILE_HEADER = "file"
LINE_HEADER = "line"

Headers = Sequence[tuple[str, bytes | None]]

MAX_LINE = 2**63 - 1
SURE_MILLISECONDS = 2**43
"""Timestamps within this distance of 1970 (years 1691 to 2248) are safe to store in Postgres."""
_LONG_LINE = 19
"""Digits of a line that may be too great."""
_OUR_HEADERS = 3


class Source(NamedTuple):
    """When and by which load a record was published; with the line, a greater one replaces a smaller one."""

    published_ms: int
    """Milliseconds since 1970-01-01 UTC."""
    load_id: UUID


class SourceReader:
    """Reads sources from records' timestamps and headers; remembers them, as a batch has few."""

    def __init__(self) -> None:
        self._sources: dict[tuple[int, bytes | int], Source] = {}
        self._files: dict[bytes, str] = {}

    def read(self, timestamp: int, headers: Headers, partition: int, offset: int) -> tuple[Source, int, str | None]:
        """The source, line and file of one record; headers that cannot be read count as absent."""
        if len(headers) == _OUR_HEADERS:
            (first, load), (second, file), (third, line) = headers
            if first == LOAD_HEADER and second == FILE_HEADER and third == LINE_HEADER:
                # Seen before, as those of most records: only the line is new.
                source, name = self._sources.get((timestamp, load or b"")), self._files.get(file or b"")
                if source is not None and name is not None and line and line.isdigit() and len(line) < _LONG_LINE:
                    return source, int(line), name
        return self._read_any(timestamp, headers, partition, offset)

    def _read_any(
        self, timestamp: int, headers: Headers, partition: int, offset: int
    ) -> tuple[Source, int, str | None]:
        found = {name: text for name, text in headers if text is not None}
        try:
            line = int(found[LINE_HEADER])
            if not 0 <= line <= MAX_LINE:
                raise ValueError("line out of range")  # noqa: TRY301  # the same as a line that is not a number
            source = self._sources.get((timestamp, found[LOAD_HEADER]))
            if source is None:
                source = self._remember(timestamp, found[LOAD_HEADER], UUID(found[LOAD_HEADER].decode("ascii")))
        except (KeyError, ValueError):
            # Such a small number sorts below the id of any load made in the same millisecond.
            source, line = self._remember(timestamp, partition, UUID(int=partition)), offset
        return source, line, self._file(found.get(FILE_HEADER))

    def _remember(self, timestamp: int, load: bytes | int, load_id: UUID) -> Source:
        if len(self._sources) >= _REMEMBERED:
            self._sources.clear()
        return self._sources.setdefault((timestamp, load), Source(timestamp, load_id))

    def _file(self, name: bytes | None) -> str | None:
        if name is None:
            return None
        file = self._files.get(name)
        if file is None:
            if len(self._files) >= _REMEMBERED:
                self._files.clear()
            file = self._files[name] = name.decode("utf-8", "backslashreplace").replace("\x00", "\\x00")
        return file


def is_load(load_id: UUID) -> bool:
    """Whether it is the id of a load, not the partition's number that stands for one in records of other clients."""
    return load_id.int > _GREATEST_PARTITION


_REMEMBERED = 1024
_GREATEST_PARTITION = 2**31 - 1
