from __future__ import annotations

from uuid import UUID

import pytest

from models.publication import Headers, SourceReader

LOAD = UUID("01900000-0000-7000-8000-000000000001")
HEADERS: Headers = [("load", str(LOAD).encode()), ("file", b"data/users.csv"), ("line", b"7")]


def test_headers_name_load_file_and_line() -> None:
    source, line, file = SourceReader().read(5, HEADERS, 3, 99)
    assert (source.published_ms, source.load_id, line, file) == (5, LOAD, 7, "data/users.csv")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        HEADERS[:1],
        [("load", b"not a uuid"), ("line", b"7")],
        [("load", str(LOAD).encode()), ("line", b"-1")],
        [("load", str(LOAD).encode()), ("line", b"9223372036854775808")],
        [("load", b"\xff"), ("line", b"x")],
        [("load", None), ("line", b"7")],
        [("load", str(LOAD).encode()), ("line", None)],
        [("load", str(LOAD).encode()), ("file", None), ("line", b" ")],
    ],
)
def test_a_record_without_usable_headers_counts_by_timestamp_partition_and_offset(headers: Headers) -> None:
    source, line, file = SourceReader().read(5, headers, 3, 99)
    assert (source.published_ms, source.load_id, line, file) == (5, UUID(int=3), 99, None)


def test_in_the_same_millisecond_a_load_beats_a_record_without_headers() -> None:
    reader = SourceReader()
    with_headers, without = reader.read(5, HEADERS, 0, 1)[0], reader.read(5, [], 999, 2)[0]
    assert with_headers > without


def test_a_file_name_that_is_no_text_is_escaped() -> None:
    assert SourceReader().read(0, [("file", b"\xff\x00.csv")], 0, 0)[2] == "\\xff\\x00.csv"


def test_records_of_one_load_share_their_source() -> None:
    reader = SourceReader()
    assert reader.read(5, HEADERS, 0, 1)[0] is reader.read(5, HEADERS, 0, 2)[0]


def test_many_loads_do_not_mix_up() -> None:
    reader = SourceReader()
    for number in range(3000):
        headers = [("load", str(UUID(int=number)).encode()), ("line", b"1"), ("file", b"%d" % number)]
        source, _, file = reader.read(number % 7, headers, 0, 0)
        assert (source.published_ms, source.load_id, file) == (number % 7, UUID(int=number), str(number))


@pytest.mark.parametrize("line", [b"8", b"-8", b"+8", b"x", b"", None, b"9223372036854775807", b"9223372036854775808"])
def test_what_was_seen_before_is_read_as_if_it_was_not(line: bytes | None) -> None:
    reader = SourceReader()
    reader.read(5, HEADERS, 3, 99)
    headers: Headers = [*HEADERS[:2], ("line", line)]
    assert reader.read(5, headers, 3, 100) == SourceReader().read(5, headers, 3, 100)
