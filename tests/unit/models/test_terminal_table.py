from __future__ import annotations

from models.terminal_table import label_lines, table_lines


def test_columns_are_as_wide_as_their_longest_cell() -> None:
    assert table_lines(["a", "name"], [["1", "Ada"], ["200", "Bo"]], underlined=True) == [
        "a    name",
        "---  ----",
        "1    Ada",
        "200  Bo",
    ]


def test_a_table_without_rows_has_its_headings() -> None:
    assert table_lines(["a"], [], underlined=True) == ["a", "-"]


def test_numbers_are_aligned_to_the_right() -> None:
    assert table_lines(["file", "rows"], [["x.csv", "7"]], right=["rows"]) == ["file   rows", "x.csv     7"]


def test_a_wide_character_takes_two_places() -> None:
    assert table_lines(["a", "b"], [["\u7c73", "1"], ["x", "2"]]) == ["a   b", "\u7c73  1", "x   2"]


def test_no_line_is_broken_and_no_cell_is_read_as_markup() -> None:
    long = "[red]" + "x" * 3_000
    assert table_lines(["a", "b"], [[long, "1"]])[1] == f"{long}  1"


def test_texts_stand_below_each_other_and_control_nothing() -> None:
    assert label_lines([("users", "1,000"), ("open rejects", "a\x1b[2Jb")]) == [
        "users         1,000",
        "open rejects  a\\x1b[2Jb",
    ]
