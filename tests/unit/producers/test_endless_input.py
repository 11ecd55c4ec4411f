"""Input that would fill memory or never end if it were taken as it comes."""

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from typing import cast

from producers.csv_file import inspect
from producers.layout import row_layout
from producers.sources import Source
from tests.reading_path import Outcome, outcome_of
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


def read_with_peak(*pieces: tuple[bytes, int]) -> tuple[Outcome, int]:
    """What comes of a file of the header and these pieces, and the most memory that reading it took, in bytes."""

    @contextmanager
    def opened() -> Iterator[BufferedReader]:
        yield cast(BufferedReader, BufferedReader(Repeated((HEADER, 1), *pieces)))

    file = inspect(Source("x.csv", "x.csv", opened), row_layout)
    tracemalloc.start()
    try:
        outcome = outcome_of(file)
        return outcome, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_line_of_100_megabytes_is_one_reject_in_little_memory() -> None:
    outcome, peak = read_with_peak((b"1,Caffeine,\n", 1), (b"y" * MEGABYTE, 100), (b"\n2,Aspirin,\n", 1))
    assert [published.line for published in outcome.published] == [2, 4]
    assert [(reject.line, reject.faults[0].code) for reject in outcome.rejected] == [(3, "too_long")]
    assert outcome.rejected[0].original.startswith("yyy")
    assert peak < 20 * MEGABYTE


def test_100_megabytes_without_a_line_end_after_a_quote_are_one_reject() -> None:
    outcome, peak = read_with_peak((b'1,"Caffeine,', 1), (b"y" * MEGABYTE, 100))
    assert [(reject.line, reject.faults[0].code) for reject in outcome.rejected] == [(2, "too_long")]
    assert peak < 20 * MEGABYTE


def test_a_quote_never_closed_before_many_rows_costs_one_reject_in_little_memory() -> None:
    outcome, peak = read_with_peak((b'1,"Caffeine,\n', 1), (b"2,Aspirin,\n", 300_000))
    assert [(reject.line, reject.faults[0].code) for reject in outcome.rejected] == [(2, "unclosed_quote")]
    assert outcome.rejected[0].original == '1,"Caffeine,'
    assert outcome.read == 300_001
    assert peak < 120 * MEGABYTE  # the outcomes themselves


def test_a_file_of_stray_quotes_takes_time_by_its_length_only() -> None:
    file = inspect(source_of(HEADER + b'"a","b\n' * 5000), row_layout)
    started = time.process_time()
    assert len(outcome_of(file).rejected) == 5000
    # About 2 s; read up to the longest row each time, it would be a minute.
    assert time.process_time() - started < 15


def test_rows_after_stray_quotes_may_soon_be_long_again() -> None:
    long_name = "C" * 400_000
    content = (
        HEADER + b'"a","b\n' * 100 + b"1,Caffeine,\n" * 200 + f'2,"{long_name}\n{long_name[:9]}",\n3,x,\n'.encode()
    )
    outcome = outcome_of(inspect(source_of(content), row_layout))
    assert (len(outcome.published), len(outcome.rejected)) == (202, 100)
