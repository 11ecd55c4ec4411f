import pytest

from producers.rows.fast_encoder import fast_encoder
from producers.rows.suspect_values import SuspectValues
from tests.lab_kinds import USERS, mapping_of

LAYOUT = mapping_of(USERS)


def warnings_of(*texts: tuple[str, str]) -> tuple[str, ...]:
    """The warnings of a file whose rows have these names and emails, read as a load does."""
    suspects = SuspectValues(LAYOUT)
    encode = fast_encoder(LAYOUT, suspects)
    for line, (name, email) in enumerate(texts, 2):
        row = ["1", name, email, "2024-01-01"]
        if encode(row) is None:
            suspects.note(line, row)
    return suspects.warnings


def test_markers_of_nothing_are_counted_with_the_first_line() -> None:
    (warning,) = warnings_of(("Ada", ""), ("Bo", "NA"), ("Cy", " NULL "), ("Di", "NA"))
    assert warning == (
        "3 values that often mean nothing are stored as text, the first in line 3: "
        "to store none instead, add --null NA --null NULL"
    )


def test_texts_in_single_quotes_are_counted_with_the_first_line() -> None:
    (warning,) = warnings_of(("Ada", ""), ("'Bo'", ""), ("'Cy'", "'x'"))
    assert warning.startswith("3 texts are in single quotes, which are stored too, first in line 3: ")


@pytest.mark.parametrize(("name", "email"), [("NULL", "a@b"), ("O'Neil", ""), ("'t Hooft", ""), ("'", "a.b")])
def test_other_texts_are_no_reason_to_warn(name: str, email: str) -> None:
    assert warnings_of((name, email), (name, email)) == ()
