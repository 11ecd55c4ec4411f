from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.errors import UnknownEncodingError, UnreadableSourceError
from producers.text.encoding_guess import look_through
from producers.text.encodings import DecodedText


class Few:
    """A stream that gives so many bytes at a time."""

    def __init__(self, content: bytes, step: int) -> None:
        self._content = BytesIO(content)
        self._step = step

    def read1(self, size: int = -1, /) -> bytes:
        return self._content.read(min(size, self._step))


def text_of(content: bytes, encoding: str | None = None, step: int = 100) -> tuple[str, DecodedText]:
    decoded = DecodedText(Few(content, step), encoding, lambda: look_through(Few(content, step)))
    parts = []
    while part := decoded.read(100):
        parts.append(part)
    return "".join(parts), decoded


@given(text=st.text(max_size=30), step=st.integers(1, 7), encoding=st.sampled_from(["utf-8-sig", "utf-16"]))
def test_text_with_a_byte_order_mark_is_read_wherever_reads_end(text: str, step: int, encoding: str) -> None:
    found, decoded = text_of(text.encode(encoding), step=step)
    assert found == text
    assert not decoded.fell_back


@given(text=st.text(max_size=30).filter(lambda text: not text.startswith("\ufeff")), step=st.integers(1, 7))
def test_utf8_is_read_wherever_reads_end(text: str, step: int) -> None:
    assert text_of(text.encode(), step=step)[0] == text


@given(text=st.text(alphabet="ab,\néäöüÉ\u2019", max_size=30), step=st.integers(1, 7))
def test_what_holds_no_utf8_character_is_read_as_windows_1252(text: str, step: int) -> None:
    content = text.encode("cp1252")
    fits = look_through(BytesIO(content)).fits_fallback
    found, decoded = text_of(content, step=step)
    if fits:
        assert found == text
        assert decoded.fell_back is not text.isascii()
    else:
        assert not decoded.fell_back


def test_bytes_that_are_no_text_become_surrogates_that_reject_their_row() -> None:
    assert text_of(b"\xc3\xa9 \xff")[0] == "é \udcff"
    assert text_of(b"\x81u")[0] == "\udc81u"
    assert text_of(b"\xff\xfea\x00b")[0] == "a\udcff"


def test_a_named_encoding_is_the_only_one_tried() -> None:
    found, decoded = text_of(b"M\xfcller", "utf-8")
    assert (found, decoded.fell_back) == ("M\udcfcller", False)
    assert text_of("Ž,é".encode("mac-roman", "replace"), "mac-roman")[0] == "?,é"


def test_an_encoding_that_cannot_go_on_is_an_error() -> None:
    with pytest.raises(UnreadableSourceError, match="utf-32"):
        text_of(b"\xff\xff\xff\xff" * 3, "utf-32-le")


def test_a_first_byte_that_is_half_a_character_is_waited_for() -> None:
    assert text_of("é".encode(), step=1)[0] == "é"
    assert text_of(b"\xe9", step=1)[0] == "é"


def test_bytes_that_disprove_the_fallback_are_an_error_before_any_of_them_is_read() -> None:
    with pytest.raises(UnknownEncodingError, match="neither UTF-8 nor Windows-1252") as raised:
        text_of("José,Ångström".encode("mac-roman"))
    assert "--encoding mac-roman reads José" in str(raised.value)
