"""The reader against hostile files: `python -m tests.fuzz_reader --minutes 30`.

Whatever a file holds: no crash, no hang, no row lost, and the worker takes whatever is published.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from io import BufferedReader, BytesIO, StringIO

import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings

from models.wire.decode import Decoder
from producers.errors import UnknownEncodingError, UnreadableFileError, UnreadableSourceError
from producers.files.broken_rows import BrokenRow
from producers.files.csv_file import CsvFile, inspect
from producers.rows.fast_encoder import fast_encoder
from producers.rows.validation import encode_row
from producers.sources.source import Source
from producers.text.content import Content
from producers.text.lines import MAX_ORIGINAL, BrokenOffError
from tests.hostile_content import contents
from tests.lab_kinds import KINDS, row_mapping
from tests.reading_path import Outcome, outcome_of

_PATIENCE = 15.0
"""Seconds of processor time that one file may take; most take a thousandth of a second."""
_STUCK = 600.0
"""Seconds after which the command ends, with the place where it is stuck."""
_DECODERS = {kind.name: Decoder(kind) for kind in KINDS}


def check(content: bytes) -> Outcome | None:
    """Read a file of these bytes and compare what comes of it with what it holds; None if it cannot be loaded."""
    started = time.process_time()
    try:
        file = inspect(source_of(content), row_mapping)
        outcome = outcome_of(file)
    except (UnreadableFileError, UnreadableSourceError, UnknownEncodingError):
        return None
    assert time.process_time() - started < _PATIENCE, "the reader hangs"
    assert outcome.read == len(outcome.published) + len(outcome.rejected)
    _check_lines(file)
    _check_both_ways(file)
    assert _without_blocks(outcome) == _without_blocks(outcome_of(file, by_blocks=False))
    _check_records(file, outcome)
    return outcome


def _without_blocks(outcome: Outcome) -> object:
    return outcome.published, outcome.rejected, outcome.read


def source_of(content: bytes) -> Source:
    """A source that holds these bytes."""

    @contextmanager
    def opened() -> Iterator[BufferedReader]:
        yield BufferedReader(BytesIO(content))

    return Source("hostile.csv", "hostile.csv", opened, len(content))


def _check_lines(file: CsvFile) -> None:
    """Each line with content belongs to one row, and is told as it stands there."""
    lines = _lines_of(file)
    left, is_cut = file.header_line, False
    with file.opened() as rows:
        for line, _ in rows:
            assert line > left, "two rows share a line"
            assert is_cut or not any(map(_has_content, lines[left : line - 1])), f"lost before line {line}"
            original = rows.original
            own = max(1, len(StringIO(original, newline="").readlines()))
            is_cut = len(original) >= MAX_ORIGINAL
            assert is_cut or "".join(lines[line - 1 : line - 1 + own]).rstrip("\r\n") == original
            left = line if is_cut else line - 1 + own
    assert is_cut or not any(map(_has_content, lines[left:])), "lost at the end"


def _lines_of(file: CsvFile) -> list[str]:
    with closing(Content(file.source, file.reading.encoding)) as content:
        lines, found = content.lines, list[str]()
        with suppress(BrokenOffError):
            for line in lines.starting_at(1):
                found.append(line)
                lines.needed_from += 1
        return found


def _has_content(line: str) -> bool:
    return bool(line.rstrip("\r\n"))


def _check_records(file: CsvFile, outcome: Outcome) -> None:
    """The worker takes what is published, and rejects say what is wrong."""
    values = [published.value for published in outcome.published]
    decoder = _DECODERS[file.layout.kind.name]
    assert not decoder.decode(pa.array(values, pa.binary())).undecodable
    pairs = [(published.key, published.value) for published in outcome.published]
    assert all(json.loads(value)[file.layout.kind.partitioned_by[0]] == int(key) for key, value in pairs)
    for reject in outcome.rejected:
        assert reject.original
        assert reject.faults
        assert all(fault.reason for fault in reject.faults)


def _check_both_ways(file: CsvFile) -> None:
    """What the fast way takes, the other one takes with an equal value."""
    encode_fast = fast_encoder(file.layout)
    with file.opened() as rows:
        for _, fields in rows:
            if not isinstance(fields, BrokenRow) and (recognised := encode_fast(fields)):
                key, value = encode_row(file.layout, fields)
                assert (recognised[0], json.loads(recognised[1])) == (key, json.loads(value))


def run(minutes: float, examples: int) -> int:
    """Try files for so long, `examples` at a time; the result is how many were tried."""
    tried = loaded = 0

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(contents)
    def attempt(content: bytes) -> None:
        nonlocal tried, loaded
        tried += 1
        faulthandler.dump_traceback_later(_STUCK, exit=True)
        loaded += check(content) is not None

    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        attempt()
        print(f"{tried:,} files, {loaded:,} of them loadable", flush=True)
    return tried


def main() -> int:
    """Run the command; the result is its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz_reader", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="how long (default %(default)g)")
    parser.add_argument("--examples", type=int, default=2000, help="files between two lines of output")
    options = parser.parse_args()
    run(options.minutes, options.examples)
    return 0


if __name__ == "__main__":
    sys.exit(main())
