import pytest

from producers.errors import ReadOptionError
from producers.load.options import LoadOptions
from producers.rows.read_options import ReadOptions, columns_from, options_from
from tests.lab_kinds import row_mapping


@pytest.mark.parametrize(("given", "known"), [("UTF8", "utf-8"), ("latin-1", "iso8859-1"), ("CP1252", "cp1252")])
def test_an_encoding_is_known_by_any_of_its_names(given: str, known: str) -> None:
    assert ReadOptions(encoding=given).encoding == known


@pytest.mark.parametrize("given", ["klingon", "rot13", "hex", "", "utf\x00"])
def test_what_is_no_encoding_of_text_is_refused(given: str) -> None:
    with pytest.raises(ReadOptionError, match="not known: give one such as utf-8"):
        ReadOptions(encoding=given)


@pytest.mark.parametrize(("given", "sign"), [("tab", "\t"), ("\\t", "\t"), ("Semicolon", ";"), ("^", "^"), (" ", None)])
def test_a_delimiter_is_one_character_or_a_name(given: str, sign: str | None) -> None:
    if sign is None:
        with pytest.raises(ReadOptionError):
            ReadOptions(delimiter=given)
    else:
        assert ReadOptions(delimiter=given).delimiter == sign


@pytest.mark.parametrize("given", ["", ",,", "a", "5", '"', "\n", ".", "-"])
def test_a_delimiter_that_fields_may_hold_is_refused(given: str) -> None:
    with pytest.raises(ReadOptionError, match="cannot be used"):
        ReadOptions(delimiter=given)


def test_columns_are_renamed_whatever_their_case() -> None:
    reading = ReadOptions(columns={" ID ": "User_ID"})
    assert reading.renamed(["id", "name"]) == ["user_id", "name"]


def test_a_column_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises(ReadOptionError, match="'colour' is not one of our columns: map to one of user_id, name"):
        LoadOptions(row_mapping, ReadOptions(columns={"id": "colour"}))


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ReadOptionError, match="-1 is negative"):
        ReadOptions(limit=-1)


def test_a_mapping_is_read_from_text() -> None:
    assert columns_from(["id=user_id,Full Name=name", "a=b=email"]) == {
        "id": "user_id",
        "Full Name": "name",
        "a=b": "email",
    }


@pytest.mark.parametrize("text", ["id", "=user_id", "id="])
def test_a_mapping_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ReadOptionError, match="THEIRS=OURS"):
        columns_from([text])


@pytest.mark.parametrize("given", ["", "R1", "7", " #", '"', "'", "\t", "\x00"])
def test_what_a_row_may_begin_with_is_no_comment(given: str) -> None:
    with pytest.raises(ReadOptionError, match=r"the comment .* cannot be used: give what comment lines begin with"):
        ReadOptions(comment=given)


def test_a_comment_may_begin_after_spaces() -> None:
    reading = ReadOptions(comment="//")
    assert reading.is_comment("  // so")
    assert not reading.is_comment("/ so")
    assert not ReadOptions().is_comment("# so")


@pytest.mark.parametrize("name", ["quote", "escape"])
@pytest.mark.parametrize("given", ["''", "a", "7", " ", "\n", ",", ";"])
def test_a_sign_that_fields_may_hold_is_refused(name: str, given: str) -> None:
    with pytest.raises(ReadOptionError, match=f"the {name} .* cannot be used: give one character"):
        options_from({name: given})


@pytest.mark.parametrize("given", ["none", "None", ""])
def test_there_may_be_no_quote_and_no_escape(given: str) -> None:
    reading = ReadOptions(quote=given, escape=given)
    assert (reading.quote, reading.escape) == ("", "")


def test_to_escape_quotes_by_quotes_is_to_double_them() -> None:
    assert ReadOptions(escape='"').escape == ""


def test_the_delimiter_is_neither_quote_nor_escape() -> None:
    with pytest.raises(ReadOptionError, match="delimiter, quote and escape must differ"):
        ReadOptions(delimiter="^", escape="^")


def test_negative_lines_to_skip_are_refused() -> None:
    with pytest.raises(ReadOptionError, match="-1 is negative"):
        ReadOptions(skip_lines=-1)


def test_spaces_around_a_null_do_not_count() -> None:
    assert ReadOptions(null=[" NA", "NA ", "-"]).null == ("NA", "-")  # type: ignore[arg-type]  # as JSON has it


def test_options_are_read_as_texts() -> None:
    given = {"columns": ["id=user_id"], "null": ["NA"], "skip_lines": 2}
    assert options_from(given) == ReadOptions(columns={"id": "user_id"}, null=("NA",), skip_lines=2)
    assert options_from({}) == ReadOptions()


@pytest.mark.parametrize("name", ["", "Middle/Earth", "../etc/passwd", "UTC\x00"])
def test_a_time_zone_that_is_not_known_is_refused(name: str) -> None:
    with pytest.raises(ReadOptionError, match="is not known: give one such as Europe/Berlin"):
        ReadOptions(timezone=name)
