"""Rows by their columns are those that are read one by one, whether their lines are simple or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.files.discovery import find
from producers.proposal.evidence import chunks
from producers.proposal.evidence.any_header import AnyHeader
from producers.proposal.evidence.chunks import FileChunks
from producers.proposal.evidence.file_groups import HeadedFile, headed
from producers.rows.read_options import DEFAULT_READ_OPTIONS, ReadOptions


def headed_file(path: Path, reading: ReadOptions = DEFAULT_READ_OPTIONS) -> HeadedFile:
    found = headed(find([str(path)], AnyHeader(), reading).files[0])
    assert isinstance(found, HeadedFile)
    return found


def rows_of(reading: FileChunks) -> list[tuple[int, tuple[str, ...]]]:
    found: list[tuple[int, tuple[str, ...]]] = []
    for chunk in reading:
        fields = zip(*(column.to_pylist() for column in chunk.columns), strict=True)
        found += zip(chunk.lines.tolist(), fields, strict=True)
    return found


CELLS = st.one_of(st.sampled_from(["", " ", "NULL", "7"]), st.text("aé \u00a0\t;|'\x1c\u2009", max_size=6))


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=30), st.booleans(), st.integers(1, 8))
def test_rows_by_columns_are_the_fields_of_the_lines(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, ...]],
    is_quoted: bool,  # noqa: FBT001  # a case
    first: int,
) -> None:
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    sign = '"' if is_quoted else ""
    path.write_text("a,b,c\n" + "".join(",".join(f"{sign}{cell}{sign}" for cell in row) + "\n" for row in rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "_FIRST", first)
        found = rows_of(FileChunks(headed_file(path, ReadOptions(null=("NULL",))), ["c", "a"], whole=True))
    filled = [(line, [cell.strip() for cell in row]) for line, row in enumerate(rows, 2) if any(map(str.strip, row))]
    plain = [(line, ["" if cell == "NULL" else cell for cell in row]) for line, row in filled]
    assert found == [(line, (row[2], row[0])) for line, row in plain]


def test_rows_that_do_not_fit_are_counted_and_the_first_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n\n3\n4,5,6\n7,8,\n")
    reading = FileChunks(headed_file(path), ["a"], whole=True)
    assert rows_of(reading) == [(2, ("1",)), (6, ("7",))]
    assert (reading.misfits, reading.first_misfit) == (2, f"{path}:4")


@pytest.mark.parametrize(("rows", "is_whole"), [(10, True), (11, False)])
def test_no_more_rows_than_wanted_are_given(
    rows: int,
    is_whole: bool,  # noqa: FBT001  # a case
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chunks, "ROWS_OF_A_FILE", 10)
    path = tmp_path / "a.csv"
    path.write_text("a\n" + "7\n" * rows)
    reading = FileChunks(headed_file(path), ["a"], whole=False)
    assert (len(rows_of(reading)), reading.is_whole) == (10, is_whole)


def test_bytes_that_are_no_text_are_values_that_no_type_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("a,b\n1,é\n2,".encode() + b"\xff\n")
    [_, (_, (text,))] = rows_of(FileChunks(headed_file(path), ["b"], whole=True))
    assert text == "\\udcff\0"
