from __future__ import annotations

from producers.files.long_rows import MOST_LINES, LongRows


def warnings(*rows: list[str]) -> list[str]:
    long_rows = LongRows(",", 3)
    first = 2
    for lines in rows:
        long_rows.note(first, lines)
        first += len(lines)
    return list(long_rows.warnings())


def test_a_row_of_some_lines_is_nothing_to_speak_of() -> None:
    assert warnings(['1,"a\n', 'b",c\n'], ['2,"' + "a\n", *["b, c\n"] * (MOST_LINES - 2), 'd",e\n']) == []


def test_a_row_of_many_lines_is_reported_with_both_its_lines() -> None:
    (warning,) = warnings(['1,"a\n', *["b\n"] * MOST_LINES])
    assert warning.startswith(f"the row on lines 2 to {MOST_LINES + 2} spans more than {MOST_LINES} lines")


def test_lines_in_quotes_that_look_like_rows_are_reported() -> None:
    (warning,) = warnings(['1,"a\n', "2,b,c\n", '3,d",e\n'], ['4,"a\n', "5,b,c\n", '6,d",e\n'])
    assert warning.startswith("the row on lines 2 to 4, like 1 more, holds lines in quotes that look like rows")
