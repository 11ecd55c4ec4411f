import pytest

from producers.errors import ReadingOptionError
from producers.reading import ReadingOptions, columns_from


@pytest.mark.parametrize(("given", "known"), [("UTF8", "utf-8"), ("latin-1", "iso8859-1"), ("CP1252", "cp1252")])
def test_an_encoding_is_known_by_any_of_its_names(given: str, known: str) -> None:
    assert ReadingOptions(encoding=given).encoding == known


@pytest.mark.parametrize("given", ["klingon", "rot13", "hex", "", "utf\x00"])
def test_what_is_no_encoding_of_text_is_refused(given: str) -> None:
    with pytest.raises(ReadingOptionError, match="not known: give one such as utf-8"):
        ReadingOptions(encoding=given)


@pytest.mark.parametrize(("given", "sign"), [("tab", "\t"), ("\\t", "\t"), ("Semicolon", ";"), ("^", "^"), (" ", None)])
def test_a_delimiter_is_one_character_or_a_name(given: str, sign: str | None) -> None:
    if sign is None:
        with pytest.raises(ReadingOptionError):
            ReadingOptions(delimiter=given)
    else:
        assert ReadingOptions(delimiter=given).delimiter == sign


@pytest.mark.parametrize("given", ["", ",,", "a", "5", '"', "\n", ".", "-"])
def test_a_delimiter_that_fields_may_hold_is_refused(given: str) -> None:
    with pytest.raises(ReadingOptionError, match="cannot be used"):
        ReadingOptions(delimiter=given)


def test_columns_are_renamed_whatever_their_case() -> None:
    reading = ReadingOptions(columns={" ID ": "User_ID"})
    assert reading.renamed(["id", "name"]) == ["user_id", "name"]


def test_a_column_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises(ReadingOptionError, match="'colour' is none of ours: map to one of user_id, name"):
        ReadingOptions(columns={"id": "colour"})


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ReadingOptionError, match="-1 is negative"):
        ReadingOptions(limit=-1)


def test_a_mapping_is_read_from_text() -> None:
    assert columns_from(["id=user_id,Full Name=name", "a=b=email"]) == {
        "id": "user_id",
        "Full Name": "name",
        "a=b": "email",
    }


@pytest.mark.parametrize("text", ["id", "=user_id", "id="])
def test_a_mapping_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ReadingOptionError, match="THEIRS=OURS"):
        columns_from([text])
