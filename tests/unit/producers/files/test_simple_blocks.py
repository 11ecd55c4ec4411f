from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, BytesIO, StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from producers.files.csv_file import inspect
from producers.files.simple_blocks import SimpleRows, recogniser
from producers.sources.source import Source
from producers.text.lines import Lines
from tests.lab_kinds import row_mapping
from tests.reading_path import outcome_of

HEADER = "experiment_id,user_id,experiment_compound_ids,experiment_run_time"
PLAIN = st.builds(
    lambda first, second, listed, thousandths: f"{first},{second},{';'.join(map(str, listed))},{thousandths / 1000}",
    st.integers(1, 10**18 - 1),
    st.integers(1, 99),
    st.lists(st.integers(1, 20), max_size=3),
    st.integers(0, 10**6),
)
OTHER = st.sampled_from(
    [
        "",
        " ",
        '"1",2,3,4',
        "1,2,3",
        "0,2,3,4",
        "1,2,x,4",
        "1,2,3,-4",
        '1,2,"3',
        "é,1,2,3",
        "1, 2,3,4",
        "1,2,3,1.2345",
        "\r",
    ]
)
ROWS = st.lists(st.one_of(PLAIN, PLAIN, PLAIN, OTHER), max_size=30)


def source_of(text: str) -> Source:
    content = text.encode()

    @contextmanager
    def opened() -> Iterator[BufferedReader]:
        yield BufferedReader(BytesIO(content))

    return Source("some.csv", "some.csv", opened, len(content))


@given(
    rows=ROWS,
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    separator=st.sampled_from([",", ",\t", "\t", "|"]),
    ended=st.booleans(),
    block=st.sampled_from([7, 40, 200]),
)
@example(rows=["1,2,3,4"] * 20, end="\r\n", separator=",", ended=True, block=7)
def test_by_blocks_and_row_by_row_give_the_same(
    rows: list[str], end: str, separator: str, *, ended: bool, block: int
) -> None:
    text = end.join([HEADER, *rows]).replace(",", separator) + (end if ended else "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("producers.text.lines._BLOCK", block)
        file = inspect(source_of(text), row_mapping)
        assert outcome_of(file) == outcome_of(file, by_blocks=False)


def test_a_plain_file_is_recognised_by_the_block() -> None:
    file = inspect(source_of(HEADER + "\n" + "1,2,3;4,5.5\n" * 20_000), row_mapping)
    with file.opened() as rows:
        blocks = list(rows.by_blocks(recogniser(file.layout, file.dialect)))
    assert all(isinstance(found, SimpleRows) for _, found in blocks)
    assert len(blocks) < 20


@pytest.mark.parametrize(
    "header",
    [
        "user_id,experiment_id,experiment_compound_ids,experiment_run_time",
        HEADER + ",note",
        HEADER.replace(",", ";"),
        "user_id,name,email,signup_date",
        "compound_id,compound_name,compound_structure",
    ],
)
def test_other_files_are_read_row_by_row(header: str) -> None:
    file = inspect(source_of(header + "\n"), row_mapping)
    assert recogniser(file.layout, file.dialect) is None


def test_the_rest_of_a_block_begins_with_the_line_that_is_needed() -> None:
    lines = Lines(StringIO("a\nb\nc\n", newline=""))
    found = []
    for lines.needed_from in (1, 2, 3, 4):
        found.append(lines.rest_of_block())
    assert found == [("a\nb\nc\n", 3), ("b\nc\n", 2), ("c\n", 1), None]
