"""Every line of a file is the header, blank, a comment, inside of a row, or the first one of a row that was given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, BytesIO, StringIO

from hypothesis import example, given
from hypothesis import strategies as st

from producers.files.csv_file import CsvFile, inspect
from producers.rows.read_options import ReadOptions
from producers.sources.source import Source
from tests.lab_kinds import row_mapping
from tests.reading_path import outcome_of

COLUMNS = ["compound_id", "compound_name", "compound_structure"]
PIECES = st.sampled_from(
    [
        '"',
        '""',
        '\\"',
        "\\",
        "\\\\",
        "\n",
        "\r\n",
        "\r",
        ",",
        ";",
        "\t",
        ",\t",
        "|",
        " ",
        "#",
        "'",
        "1",
        "22",
        "a",
        "é",
        "x y",
    ]
)
BODIES = st.lists(PIECES | st.builds('{},"{}",\n'.format, st.integers(1, 99), PIECES), max_size=40).map("".join)
READINGS = st.builds(
    ReadOptions,
    comment=st.sampled_from([None, "#"]),
    quote=st.sampled_from(['"', "'", ""]),
    escape=st.sampled_from([None, "\\", ""]),
    skip_lines=st.sampled_from([0, 2]),
)


def file_of(content: bytes, reading: ReadOptions) -> CsvFile:
    @contextmanager
    def opened() -> Iterator[BufferedReader]:
        yield BufferedReader(BytesIO(content))

    return inspect(Source("c.csv", "c.csv", opened, len(content)), row_mapping, reading)


@given(st.sampled_from([",", ";", "\t", "|", ",\t"]), st.sampled_from(["\n", "\r\n", "\r"]), BODIES, READINGS)
@example(",", "\n", '1,"a\n2,b,\n3,"c,\n4,d,\n', ReadOptions())
@example(",", "\n", '1,"a \\"b\\"\n2,c,"\n', ReadOptions())
def test_no_line_disappears(delimiter: str, end: str, body: str, reading: ReadOptions) -> None:
    text = f"skipped{end}" * reading.skip_lines + delimiter.join(COLUMNS) + end + body
    file = file_of(text.encode(), reading)
    with file.opened() as rows:
        given_rows = [line for line, _ in rows]
        account = rows.account
    assert account.lines == len(StringIO(text, newline="").readlines())
    assert account.before == reading.skip_lines + 1
    assert account.rows == len(given_rows)
    outcome = outcome_of(file)
    empty = len(given_rows) - outcome.read
    assert outcome.read == len(outcome.published) + len(outcome.rejected)
    assert empty >= 0


def test_a_long_field_that_is_not_needed_does_no_harm() -> None:
    picture = "data:image/png;base64," + "A" * 700_000
    header, row = ",".join([*COLUMNS, "picture"]), f'1,Caffeine,C,"{picture}"'
    outcome = outcome_of(file_of(f"{header}\n{row}\n2,Aspirin,,\n".encode(), ReadOptions()))
    assert [published.key for published in outcome.published] == [b"1", b"2"]


def test_a_field_that_is_needed_has_a_greatest_length() -> None:
    outcome = outcome_of(file_of(f"{','.join(COLUMNS)}\n1,{'A' * 700_000},C\n2,b,\n".encode(), ReadOptions()))
    (reject,) = outcome.rejected
    assert [(fault.code, fault.field) for fault in reject.faults] == [("too_long", "compound_name")]
    assert len(outcome.published) == 1
