from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from itertools import islice

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from producers.text import lines
from producers.text.lines import BrokenOffError, Lines


def given(source: Lines, first: int = 1) -> Iterator[str]:
    """The lines given, to the end."""
    with suppress(BrokenOffError):
        yield from source.starting_at(first)


def text_of(content: str) -> StringIO:
    return StringIO(content, newline="")


@given_any(
    content=st.text(alphabet='ab,"\n\r\x0b\x0c\x1c\u2028é', max_size=60),
    block=st.integers(min_value=1, max_value=9),
)
def test_lines_end_where_files_end_them_wherever_blocks_end(content: str, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_BLOCK", block)
        assert list(given(Lines(text_of(content)))) == text_of(content).readlines()


@given_any(first=st.integers(min_value=1, max_value=12), block=st.integers(min_value=1, max_value=30))
def test_lines_from_the_one_needed_can_be_read_again(first: int, block: int) -> None:
    content = [f"{number}\n" for number in range(1, 13)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_BLOCK", block)
        source = Lines(text_of("".join(content)))
        source.needed_from = first
        assert list(given(source)) == content
        assert list(given(source, first)) == content[first - 1 :]


def test_lines_not_needed_any_more_are_let_go() -> None:
    source = Lines(text_of("0123456789abcde\n" * 100_000))
    held = 0
    for number, _ in enumerate(given(source), 1):
        source.needed_from = number
        held = max(held, sum(len(block.starting_at(1)) for block in source._held))  # noqa: SLF001  # memory has no other sign
    assert held < 40_000


def test_a_line_too_long_is_replaced_and_the_next_ones_are_read() -> None:
    content = f"first\n{'y' * 5_000_000}\r\nthird\n"
    source, found = Lines(text_of(content)), list[str]()
    for number, line in enumerate(given(source), 1):
        source.needed_from = number + 1
        found.append(line)
    first, overlong, third = found
    assert (first, third) == ("first\n", "third\n")
    assert overlong.rstrip("x") == "y" * lines.MAX_ORIGINAL
    assert len(overlong) > lines.MAX_ROW


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_the_end_of_a_line_too_long_is_found_wherever_blocks_end(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_ROW", 20)
    for length in range(15, 60):
        monkeypatch.setattr(lines, "_BLOCK", 7)
        source = Lines(text_of(f"{'y' * length}{end}next{end}"))
        read = []
        for number, line in enumerate(given(source), 1):
            source.needed_from = number + 1
            read.append(line)
        assert read[1:] == [f"next{end}"], length


def test_a_row_that_grows_without_end_is_broken_off() -> None:
    source = Lines(text_of("z" * 100 + "\n" + ("a" * 99 + "\n") * 1_000_000))
    read = sum(len(line) for line in islice(given(source), 1_000_000))
    assert read < lines.MAX_ROW * 1.2
