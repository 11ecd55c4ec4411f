from io import StringIO
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers import lines
from producers.lines import BREAKER, Lines


def text_of(content: str) -> StringIO:
    return StringIO(content, newline="")


@given(
    content=st.text(alphabet='ab,"\n\r\x0b\x0c\x1c\u2028é', max_size=60),
    block=st.integers(min_value=1, max_value=9),
)
def test_lines_end_where_files_end_them_wherever_blocks_end(content: str, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_BLOCK", block)
        assert list(Lines(text_of(content)).starting_at(1)) == [*text_of(content).readlines(), BREAKER]


@given(first=st.integers(min_value=1, max_value=12), block=st.integers(min_value=1, max_value=30))
def test_lines_from_the_one_needed_can_be_read_again(first: int, block: int) -> None:
    content = [f"{number}\n" for number in range(1, 13)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_BLOCK", block)
        source = Lines(text_of("".join(content)))
        source.needed_from = first
        assert list(source.starting_at(1))[:-1] == content
        assert list(source.starting_at(first))[:-1] == content[first - 1 :]


def test_lines_not_needed_any_more_are_let_go() -> None:
    source = Lines(text_of("0123456789abcde\n" * 100_000))
    held = 0
    for number, _ in enumerate(source.starting_at(1), 1):
        source.needed_from = number
        held = max(held, sum(len(block.lines) for block in source._held))  # noqa: SLF001  # memory has no other sign
    assert held < 10_000


def test_a_line_too_long_is_replaced_and_the_next_ones_are_read() -> None:
    content = f"first\n{'y' * 5_000_000}\r\nthird\n"
    first, overlong, third, end = Lines(text_of(content)).starting_at(1)
    assert (first, third, end) == ("first\n", "third\n", BREAKER)
    assert overlong == "y" * lines.MAX_ORIGINAL + BREAKER


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_the_end_of_a_line_too_long_is_found_wherever_blocks_end(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_ROW", 20)
    for length in range(15, 60):
        monkeypatch.setattr(lines, "_BLOCK", 7)
        source = Lines(text_of(f"{'y' * length}{end}next{end}"))
        read = []
        for number, line in enumerate(source.starting_at(1), 1):
            source.needed_from = number + 1
            read.append(line)
        assert read[1:] == [f"next{end}", BREAKER], length


def test_a_row_that_grows_without_end_is_broken_off() -> None:
    source = Lines(text_of("z" * 100 + "\n" + ("a" * 99 + "\n") * 1_000_000))
    read = sum(len(line) for line in islice(source.starting_at(1), 1_000_000) if line is not BREAKER)
    assert read < lines.MAX_ROW * 1.2
