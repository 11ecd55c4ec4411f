"""Bytes as sources of files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, BytesIO, RawIOBase
from typing import cast

from producers.sources.source import Source


class Trickle(RawIOBase):
    """Bytes that come a few at a time, as from a slow pipe."""

    def __init__(self, content: bytes, step: int) -> None:
        super().__init__()
        self._content = BytesIO(content)
        self._step = step

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a memoryview is all that comes
        data = self._content.read(min(len(buffer), self._step))
        buffer[: len(data)] = data
        return len(data)


def source_of(content: bytes, *, repeatable: bool = True, step: int = 1 << 20, name: str = "x.csv") -> Source:
    @contextmanager
    def opened() -> Iterator[BufferedReader]:
        yield cast(BufferedReader, BufferedReader(Trickle(content, step)))

    return Source(name, name, opened, repeatable=repeatable)
