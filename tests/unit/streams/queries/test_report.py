from __future__ import annotations

from streams.queries.report import aligned


def test_columns_are_as_wide_as_their_longest_cell() -> None:
    assert aligned(["a", "name"], [["1", "Ada"], ["200", "Bo"]]) == [
        "a    name",
        "---  ----",
        "1    Ada",
        "200  Bo",
    ]


def test_a_table_without_rows_has_its_headings() -> None:
    assert aligned(["a"], []) == ["a", "-"]
