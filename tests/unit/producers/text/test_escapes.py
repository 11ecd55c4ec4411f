from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, BytesIO

import pytest

from producers.sources.source import Source
from producers.text.content import Content
from producers.text.dialects import Dialect
from producers.text.escapes import EscapeEvidence

COMMA = Dialect(",")


def proved(text: str, width: int = 3) -> str | None:
    evidence = EscapeEvidence(COMMA, width)
    evidence.add(text)
    return evidence.escape


@pytest.mark.parametrize(
    ("text", "escape"),
    [
        ('1,"6\\" tube",x\n', "\\"),
        ('1,"a \\"b\\", c",x\n', "\\"),
        ('1,"C:\\",x\n', ""),
        ('1,"6\\"" tube",x\n', ""),
        ("1,a,x\n", None),
        ('1,"a",x\n', None),
        ('1,"6\\" tube",x\n2,"C:\\",x\n', None),
        ('1,"6\\" tube"\n', None),
    ],
)
def test_a_line_that_is_a_row_in_one_reading_only_proves_it(text: str, escape: str | None) -> None:
    assert proved(text) == escape


def test_a_file_that_can_be_read_twice_is_looked_through_as_a_whole() -> None:
    content = b'1,"a\\",",x\n' + b'2,"6\\" tube",x\n' * 3

    @contextmanager
    def opened() -> Iterator[BufferedReader]:
        yield BufferedReader(BytesIO(content))

    source = Source("a.csv", "a.csv", opened, len(content))
    evidence = EscapeEvidence(COMMA, 3, lambda: Content(source, None))
    evidence.add("nothing of it")
    assert evidence.escape == "\\"
