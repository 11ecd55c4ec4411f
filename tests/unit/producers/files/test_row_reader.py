from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from producers.files.broken_rows import BrokenRow
from producers.files.row_reader import Record, RowReader
from producers.text import lines
from producers.text.dialects import Dialect
from producers.text.escapes import EscapeEvidence
from producers.text.lines import MAX_ROW, Lines

COMMA = Dialect(",")
COMMA_TAB = Dialect(",", tabs_after_commas=True)


def read(content: str, dialect: Dialect = COMMA, first_line: int = 1) -> list[Record]:
    return list(records(content, dialect, first_line))


def records(content: str, dialect: Dialect = COMMA, first_line: int = 1, width: int = 3) -> RowReader:
    return RowReader(Lines(StringIO(content, newline="")), dialect, first_line, width, EscapeEvidence(dialect, width))


# Fields are stripped later, so blanks around them need not survive.
FIELD = st.text(alphabet='ab1;|,\t\n\r"é\u2028', max_size=8).map(str.strip)
ROW = st.lists(FIELD, min_size=2, max_size=4).filter(any)


def written(row: list[str], separator: str, end: str, *, quote_all: bool = False) -> str:
    # csv.writer knows separators of one character only, and older ones leave a lone CR unquoted.
    special = {*separator, '"', "\n", "\r"}
    quoted = ['"' + field.replace('"', '""') + '"' if quote_all or special & set(field) else field for field in row]
    return separator.join(quoted) + end


@given(
    rows=st.lists(st.tuples(ROW, st.integers(0, 2)), max_size=6),
    delimiter=st.sampled_from(",\t;|"),
    quote_all=st.booleans(),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_was_written_is_read_with_its_line(
    rows: list[tuple[list[str], int]], delimiter: str, end: str, *, quote_all: bool
) -> None:
    content, expected, line = "", [], 1
    for row, blank_lines in rows:
        text = written(row, delimiter, end, quote_all=quote_all)
        expected.append((line, row))
        content += text + end * blank_lines
        line = 1 + len(StringIO(content + "|", newline="").readlines()[:-1])
    assert read(content, Dialect(delimiter)) == expected


@given(rows=st.lists(ROW, max_size=6), end=st.sampled_from(["\n", "\r\n", "\r"]))
@example(rows=[["a,\tb", 'say ",\t"'], ["", ",\t"], ['"', ""]], end="\n")
def test_comma_and_tab_separate_fields_and_tabs_inside_quotes_stay(rows: list[list[str]], end: str) -> None:
    content = "".join(written(row, ",\t", end) for row in rows)
    assert [fields for _, fields in read(content, COMMA_TAB)] == rows


def test_a_space_before_an_opening_quote_does_not_hide_it() -> None:
    assert read('1, "a, b" , c\n') == [(1, ["1", "a, b ", "c"])]
    assert read('1,\t "a,\tb",\tc\n', COMMA_TAB) == [(1, ["1", "a,\tb", "c"])]


def test_a_quoted_field_of_the_only_column_is_not_split() -> None:
    assert list(records('"Lee, J"\n"say ""a, b"""\n', width=1)) == [(1, ["Lee, J"]), (2, ['say "a, b"'])]


def test_rows_quoted_as_a_whole_are_split() -> None:
    assert read('"1,Smith,x"\n2,Kim,y\n"3,""Lee, J"",z"\n') == [
        (1, ["1", "Smith", "x"]),
        (2, ["2", "Kim", "y"]),
        (3, ["3", "Lee, J", "z"]),
    ]


def test_a_comma_tab_file_saved_again_as_tab_separated_is_read() -> None:
    content = '"1,"\t"Lee, J,"\tx\n2,\tKim,\ty\n'
    assert read(content, Dialect("\t", trailing_commas=True)) == [(1, ["1", "Lee, J", "x"]), (2, ["2", "Kim", "y"])]


def test_a_quoted_line_break_keeps_the_line_numbers_true() -> None:
    assert read('\n1,"a\nb"\n\n2,c\n', first_line=1) == [(2, ["1", "a\nb"]), (5, ["2", "c"])]


@pytest.mark.parametrize("rows_after", [3, 100_000])
def test_a_quote_never_closed_costs_one_row_only(rows_after: int) -> None:
    content = '1,a\n2,"b\n' + "".join(f"{number},c\n" for number in range(3, 3 + rows_after))
    found = read(content)
    assert [line for line, fields in found if isinstance(fields, BrokenRow)] == [2]
    assert [line for line, _ in found] == list(range(1, 3 + rows_after))
    assert found[-1] == (2 + rows_after, [str(2 + rows_after), "c"])


def test_several_quotes_never_closed_are_each_found() -> None:
    gap = "".join(f"{number},c\n" for number in range(60_000))
    found = read(f'"a\n{gap}"b\n{gap}')
    # The second quote closes the first, unless that is too far away.
    assert len(found) in {60_001, 120_002}
    broken = [line for line, fields in found if isinstance(fields, BrokenRow)]
    assert broken[0] == 1


def test_a_row_too_long_is_a_broken_row() -> None:
    found = read(f"1,a\n2,{'b' * (MAX_ROW + 1)}\n3,c\n")
    assert [type(fields) for _, fields in found] == [list, BrokenRow, list]


def test_a_row_of_many_quoted_lines_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_ROW", 1000)
    monkeypatch.setattr(lines, "_BLOCK", 100)
    content = '1,a\n"' + '\n","' * 2000 + '"\n2,b\n'
    assert isinstance(read(content)[1][1], BrokenRow)


def test_a_file_without_newline_at_its_end_is_read_to_its_end() -> None:
    assert read("1,a\n2,b") == [(1, ["1", "a"]), (2, ["2", "b"])]
    assert read("") == []


def originals(content: str) -> list[tuple[int, str]]:
    found = records(content)
    return [(line, found.original) for line, _ in found]


def test_the_original_of_a_row_is_its_text_with_the_line_breaks_in_it() -> None:
    assert originals('1, "a\r\nb" ,c\r\n\n"x"\n2,"y\n3,z') == [
        (1, '1, "a\r\nb" ,c'),
        (4, '"x"'),
        (5, '2,"y'),
        (6, "3,z"),
    ]


def test_the_original_of_a_row_too_long_is_cut() -> None:
    ((_, original), (_, last)) = originals(f"{'y' * 5_000_000}\n2,b\n")
    assert original == "y" * lines.MAX_ORIGINAL
    assert last == "2,b"


def test_each_row_can_be_asked_for_its_original_wherever_blocks_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_BLOCK", 7)
    rows = [f'{number},"a\nb"' for number in range(50)]
    assert [original for _, original in originals("\n".join(rows))] == rows
