from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from producers.text.lines import BrokenOffError
from producers.text.quoting import QuotingError, splitter
from producers.text.regular_rows import regular_lines

ALPHABET = st.text(st.sampled_from('",;\\ \n\r\tab1'), max_size=40)
FIELDS = st.text(st.sampled_from("\",\\ab'é;"), max_size=6)
TABLES = st.lists(st.lists(FIELDS, min_size=2, max_size=4), min_size=1, max_size=4)


def lines_of(text: str) -> list[str]:
    return StringIO(text, newline="").readlines()


def rows_of(text: str, delimiter: str = ",", quote: str = '"', escape: str = "") -> list[list[str]]:
    lines, found = iter(lines_of(text)), []
    split = splitter(delimiter, quote, escape)
    for _ in lines_of(text):
        try:
            found.append(split.row(lines).fields)
        except StopIteration:
            break
    return found


def one_row(text: str, delimiter: str = ",", escape: str = "") -> list[str]:
    return splitter(delimiter, '"', escape).row(iter(lines_of(text))).fields


@given(ALPHABET, st.sampled_from(",;\t"))
@example('"a""b",c\n', ",")
@example(' "a" ,b\n', ",")
def test_lines_that_are_counted_as_regular_are_split_alike_by_the_csv_module(text: str, delimiter: str) -> None:
    count = regular_lines(delimiter, '"', "")(text)
    regular = lines_of(text)[:count]
    by_csv = list(csv.reader(regular, delimiter=delimiter, skipinitialspace=True))
    assert by_csv == rows_of("".join(regular), delimiter)


@given(TABLES, st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]), st.sampled_from(["\n", "\r\n"]))
def test_what_a_program_writes_with_doubled_quotes_is_read_as_it_was(
    table: list[list[str]], quoting: int, end: str
) -> None:
    text = StringIO()
    csv.writer(text, quoting=quoting, lineterminator=end).writerows(table)  # type: ignore[arg-type]  # one of two
    assert rows_of(text.getvalue()) == table


@given(TABLES)
def test_what_a_program_writes_with_escaped_quotes_is_read_as_it_was(table: list[list[str]]) -> None:
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, doublequote=False, escapechar="\\", lineterminator="\n").writerows(table)
    assert rows_of(text.getvalue(), escape="\\") == table


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ('1,"(R)"-thing,x', ["1", '"(R)"-thing', "x"]),
        ('1,"a" "b"c,x', ["1", '"a" "b"c', "x"]),
        ('1,"a" ,x', ["1", "a ", "x"]),
        ('1,5" tube,x', ["1", '5" tube', "x"]),
        ('1,"two\nlines",x', ["1", "two\nlines", "x"]),
        ('1,"",x', ["1", "", "x"]),
        ("1,,", ["1", "", ""]),
        ("\n", []),
    ],
)
def test_text_after_a_closing_quote_means_that_the_field_was_not_quoted(row: str, fields: list[str]) -> None:
    assert one_row(row) == fields


@pytest.mark.parametrize("row", ['1,"a, b" c,x', '1,"two\nlines" more,x', '1,"a"b",x'])
def test_quotes_that_could_be_read_in_two_ways_are_refused(row: str) -> None:
    with pytest.raises(QuotingError):
        one_row(row)


def test_a_refusal_names_the_lines_of_both_quotes() -> None:
    with pytest.raises(QuotingError) as error:
        one_row('1,"a\nb\nc" d,x')
    assert (error.value.opened, error.value.closed) == (0, 2)


@pytest.mark.parametrize("row", ['1,"a', '1,"a\nb\n', '1,"a\\",x'])
def test_a_quote_that_is_never_closed_breaks_off(row: str) -> None:
    with pytest.raises(BrokenOffError):
        one_row(row, escape="\\")


def test_a_backslash_before_something_else_is_text() -> None:
    assert one_row('"a\\n\\"b"', escape="\\") == ['a\\n"b']
