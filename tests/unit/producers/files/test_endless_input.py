"""Input that would fill memory or never end if it were taken as it comes."""

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from typing import cast

from models.fault_codes import FaultCode
from producers.files.broken_rows import BrokenRow
from producers.files.csv_file import inspect
from producers.sources.source import Source
from tests.lab_kinds import row_mapping
from tests.reading_path import outcome_of
from tests.unit.producers.content_source import source_of

HEADER = b"compound_id,compound_name,compound_structure\n"
MEGABYTE = 1024 * 1024


class Repeated(RawIOBase):
    """Pieces of bytes, each so many times, made as they are read."""

    def __init__(self, *pieces: tuple[bytes, int]) -> None:
        super().__init__()
        self._pieces = list(pieces)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a memoryview is all that comes
        while not self._rest and self._pieces:
            piece, times = self._pieces[0]
            self._rest = piece
            if times == 1:
                del self._pieces[0]
            else:
                self._pieces[0] = (piece, times - 1)
        data, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


@dataclass
class Reading:
    """What was read of a file, and the most memory that it took, in bytes."""

    rows: int
    broken: list[tuple[int, FaultCode, str]]
    peak: int


def read(*pieces: tuple[bytes, int]) -> Reading:
    """Read a file of the header and these pieces to its end."""

    @contextmanager
    def opened() -> Iterator[BufferedReader]:
        yield cast(BufferedReader, BufferedReader(Repeated((HEADER, 1), *pieces)))

    file = inspect(Source("x.csv", "x.csv", opened), row_mapping)
    found = Reading(0, [], 0)
    tracemalloc.start()
    try:
        with file.opened() as rows:
            for line, fields in rows:
                found.rows += 1
                if isinstance(fields, BrokenRow):
                    found.broken.append((line, fields.fault.code, rows.original[:20]))
        found.peak = tracemalloc.get_traced_memory()[1]
        return found
    finally:
        tracemalloc.stop()


def test_a_line_of_100_megabytes_is_one_reject_in_little_memory() -> None:
    found = read((b"1,Caffeine,\n", 1), (b"y" * MEGABYTE, 100), (b"\n2,Aspirin,\n", 1))
    assert (found.rows, found.broken) == (3, [(3, FaultCode.TOO_LONG, "y" * 20)])
    assert found.peak < 20 * MEGABYTE


def test_20_megabytes_without_a_line_end_after_a_quote_are_one_reject() -> None:
    found = read((b'1,"Caffeine,', 1), (b"y" * MEGABYTE, 20))
    assert (found.rows, found.broken) == (1, [(2, FaultCode.TOO_LONG, '1,"Caffeine,' + "y" * 8)])
    assert found.peak < 20 * MEGABYTE


def test_a_quote_never_closed_before_many_rows_costs_one_reject_in_little_memory() -> None:
    found = read((b'1,"Caffeine,\n', 1), (b"2,Aspirin," + b"C" * 200 + b"\n", 15_000))
    assert (found.rows, found.broken) == (15_001, [(2, FaultCode.UNCLOSED_QUOTE, '1,"Caffeine,')])
    assert found.peak < 20 * MEGABYTE


def test_a_file_of_stray_quotes_takes_time_by_its_length_only() -> None:
    file = inspect(source_of(HEADER + b'"a","b\n' * 5000), row_mapping)
    started = time.process_time()
    assert len(outcome_of(file).rejected) == 5000
    # About 2 s; read up to the longest row each time, it would be a minute.
    assert time.process_time() - started < 15


def test_rows_after_stray_quotes_may_soon_be_long_again() -> None:
    long_name = "C" * 400_000
    content = (
        HEADER + b'"a","b\n' * 100 + b"1,Caffeine,\n" * 100_000 + f'2,"{long_name}\n{long_name[:9]}",\n3,x,\n'.encode()
    )
    outcome = outcome_of(inspect(source_of(content), row_mapping))
    assert (len(outcome.published), len(outcome.rejected)) == (100_002, 100)
