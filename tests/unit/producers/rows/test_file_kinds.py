import pytest

from models.declaration.model import RowTable
from producers.rows.file_kinds import HeaderError
from tests.lab_kinds import COMPOUNDS, EXPERIMENTS, LAB, USERS

HEADERS = {kind.name: list(kind.types) for kind in (USERS, COMPOUNDS, EXPERIMENTS)}


@pytest.mark.parametrize("kind", [USERS, COMPOUNDS, EXPERIMENTS])
def test_a_kind_is_known_by_its_header_whatever_the_files_name(kind: RowTable) -> None:
    assert LAB.identify(list(kind.types), "anything.csv") is kind


def test_columns_may_stand_in_any_order_among_others() -> None:
    assert LAB.identify(["note", *reversed(HEADERS["users"]), ""], "x.csv") is USERS


def test_a_header_of_two_kinds_is_settled_by_the_files_name() -> None:
    both = [*HEADERS["users"], *HEADERS["compounds"]]
    assert LAB.identify(both, "Compounds.csv") is COMPOUNDS
    with pytest.raises(HeaderError, match="columns of users and compounds: name the file"):
        LAB.identify(both, "x.csv")


def test_a_lacking_column_is_named_for_the_kind_that_the_files_name_says() -> None:
    with pytest.raises(HeaderError, match="lacks email: the columns of users are user_id, name, email, signup_date"):
        LAB.identify(["user_id", "name", "signup_date"], "users.csv")


def test_a_lacking_column_is_named_for_the_kind_that_fits_best() -> None:
    with pytest.raises(HeaderError, match="lacks experiment_run_time: the columns of experiments"):
        LAB.identify(["experiment_id", "user_id", "experiment_compound_ids"], "x.csv")


def test_a_file_without_header_is_told_which_one_it_needs() -> None:
    with pytest.raises(HeaderError, match="has no header: its first line must name the columns compound_id"):
        LAB.identify(["1", "Caffeine", "C8H10N4O2"], "compounds.csv")


def test_an_unknown_file_is_told_all_kinds() -> None:
    with pytest.raises(HeaderError, match=r"no known kind.*users \(user_id.*compounds \(.*experiments \("):
        LAB.identify(["colour", "size"], "x.csv")


def test_a_required_column_named_twice_is_refused() -> None:
    with pytest.raises(HeaderError, match="names email twice"):
        LAB.identify([*HEADERS["users"], "email"], "users.csv")
