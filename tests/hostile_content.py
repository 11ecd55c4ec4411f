"""Bytes that a reader of CSV files may meet: made of what matters to it, and of files of the corpus with damage."""

from __future__ import annotations

import gzip

import zstandard
from hypothesis import strategies as st

from tests.corpus import cases
from tests.lab_kinds import KINDS

_SEPARATORS = (b",", b";", b"\t", b"|", b",\t")
_LINE_ENDS = (b"\n", b"\r\n", b"\r")
_WORDS = (
    *(b"1", b"007", b"42", b"9223372036854775807", b"9223372036854775808", b"1.0", b"-5", b"1e2", b"1.2345", b"10,5"),
    *(b"1;2;2", b"1;;2", b"1:3", b"2024-01-15", b"2023-02-29", b"15.01.2024", b"03/04/2024", b"12/25/2024"),
    *(b"Ada", b"D'Arcy", b"Winter, Ada", b"a@example.org", b"=1+1", b"", b" ", b"   ", b"\xc2\xa0", b"sep=;"),
    *(
        "Zoë".encode(),
        "王小明".encode(),
        "👩🏽‍🔬".encode(),
        "é".encode("cp1252"),
        b"\x81",
        b"\xff",
        b"\xed\xa0\x80",
        b"\x00",
    ),
)
_MARKS = (
    b'"',
    b'""',
    b'"""',
    b'","',
    b'"\n"',
    b"\\",
    b'\\"',
    b'\\\\"',
    b'"a \\"b\\", c",',
    b'"6\\" tube"',
    b",",
    b";",
    b"\t",
    b"|",
    b",\t",
    b"\n",
    b"\r",
    b"\r\n",
    b"\x0c",
    b"\x1a",
)
_RARE = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"x" * 70_000, b'"' * 70_000, b"y" * 600_000, b'"a","b\n' * 200)

_headers = st.builds(
    lambda kind, separator, end: separator.join(column.encode() for column in kind.types) + end,
    st.sampled_from(KINDS),
    st.sampled_from(_SEPARATORS),
    st.sampled_from(_LINE_ENDS),
)
_rows = st.builds(
    lambda fields, separator, end: separator.join(fields) + end,
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6),
    st.sampled_from(_SEPARATORS),
    st.sampled_from(_LINE_ENDS),
)
_quoted_rows = st.builds(
    lambda fields, escape, separator, end: (
        separator.join(b'"' + field.replace(b'"', escape + b'"') + b'"' for field in fields) + end
    ),
    st.lists(st.sampled_from((*_WORDS, b'6" tube', b'"q"', b"C:\\")), min_size=1, max_size=6),
    st.sampled_from([b"\\", b'"']),
    st.sampled_from(_SEPARATORS),
    st.sampled_from(_LINE_ENDS),
)
"""Rows of programs that escape quotes by a backslash, and of those that double them."""
_pieces = st.one_of(_rows, _rows, _quoted_rows, st.sampled_from(_WORDS), st.sampled_from(_MARKS), st.binary(max_size=4))
_rarely = st.integers(0, 60).flatmap(lambda n: st.sampled_from(_RARE) if n == 0 else _pieces)
_made = st.builds(lambda header, pieces: header + b"".join(pieces), _headers, st.lists(_rarely, max_size=25))
_corpus = st.sampled_from([case.path.read_bytes() for case in cases()])


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    content = draw(_corpus)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, min(len(content), 400)))
        end = start + draw(st.sampled_from([0, 0, 1, 2, 10]))
        content = content[:start] + draw(_pieces) + content[end:]
    return content


_plain = st.one_of(_made, _made, _damaged(), _corpus)
_recoded = _plain.map(lambda content: b"\xff\xfe" + content.decode("latin-1").encode("utf-16-le"))
_packed = st.one_of(_plain.map(lambda content: gzip.compress(content, 1)), _plain.map(zstandard.compress))
contents = st.one_of(_plain, _plain, _plain, _plain, _recoded, _packed, _packed.map(lambda content: content[:-9]))
"""The bytes of whole files."""
