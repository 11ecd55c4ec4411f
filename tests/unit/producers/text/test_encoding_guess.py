from io import BytesIO

import pytest

from producers.text.encoding_guess import look_through, proposals


@pytest.mark.parametrize(
    ("content", "fits"),
    [
        (b"M\xfcller", True),
        (b"M\xfcller \xc3\xa9", False),
        (b"x" * 1024 * 1024 + b"\xe2\x82\xac", False),
        (b"x" * (1024 * 1024 - 1) + b"\xe2\x82\xac", False),
        (b"M\xfcller\x00", False),
        (b"M\xfcller " + b"x" * 1024 * 1024 + b"\x81", False),
        (b"", True),
    ],
)
def test_the_fallback_is_for_files_without_any_character_of_utf8_and_without_nul(content: bytes, fits: bool) -> None:  # noqa: FBT001
    assert look_through(BytesIO(content)).fits_fallback is fits


@pytest.mark.parametrize(
    ("content", "disproves"),
    [
        (b"M\x9fller, \x81se", True),
        (b"\x81se " + b"x" * 1024 * 1024 + b"M\x9fller", True),
        (b"M\x9fller, \x81se \xc3\xa9", False),
        (b"M\x9fller, \x81se\x00", False),
        (b"plain text with one damaged byte: \x81", False),
        (b"M\xfcller", False),
    ],
)
def test_a_byte_without_a_character_disproves_the_fallback_where_it_would_read_others(
    content: bytes,
    disproves: bool,  # noqa: FBT001
) -> None:
    assert look_through(BytesIO(content)).disproves_fallback is disproves


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("José Müller Zoë Ångström", "mac-roman", ["mac-roman"]),
        ("Müller Zoë André", "cp850", ["cp850", "cp437"]),
        ("Мама мыла", "cp866", ["cp866"]),
    ],
)
def test_the_encodings_that_make_words_of_the_bytes_are_proposed(text: str, encoding: str, expected: list[str]) -> None:
    assert proposals(tuple(word.encode(encoding) for word in text.split())) == expected


def test_what_no_encoding_makes_words_of_leads_to_no_proposal() -> None:
    evidence = look_through(BytesIO(b"a\x81\x8d\xfe\xffB, a\x90\x9d\xff\n"))
    assert evidence.disproves_fallback
    assert evidence.fault.endswith("name its encoding with --encoding, or save it in UTF-8")
