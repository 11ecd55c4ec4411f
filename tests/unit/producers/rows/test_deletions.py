from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.declaration.model import RowTable
from producers.errors import RowFaultError
from producers.files.discovery import find
from producers.rows.deletions import encode_deletion
from producers.rows.file_kinds import HeaderError
from tests.lab_kinds import COMPOUNDS, EXPERIMENTS, USERS, deletion_mapping

USER_COLUMNS = ["user_id", "name", "email", "signup_date"]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (["experiment_id"], EXPERIMENTS),
        (list(EXPERIMENTS.types), EXPERIMENTS),
        (["user_id", "experiment_id"], EXPERIMENTS),
        (USER_COLUMNS, USERS),
        (["note", "compound_id"], COMPOUNDS),
    ],
)
def test_what_is_deleted_follows_from_the_header(header: list[str], kind: RowTable) -> None:
    layout = deletion_mapping(header, "users.csv")
    assert (layout.kind, layout.deletes, layout.has_header) == (kind, True, True)


@pytest.mark.parametrize("header", [["name"], [], ["1", "2", "1;3", "4"], ["1.5"], ["experiment"]])
def test_a_header_without_an_id_is_told_what_it_must_name(header: list[str]) -> None:
    with pytest.raises(
        HeaderError, match="experiment_id, user_id, compound_id, or the file must hold one experiment id"
    ):
        deletion_mapping(header, "x.csv")


def test_an_id_named_twice_is_refused() -> None:
    with pytest.raises(HeaderError, match="names user_id twice"):
        deletion_mapping(["experiment_id", "user_id", "user_id"], "x.csv")


def test_an_experiment_is_named_in_the_value_and_keyed_by_its_user_where_that_is_told() -> None:
    key, value = encode_deletion(deletion_mapping(["user_id", "x", "experiment_id"], ""), ["7", "", " 0017 "])
    assert key == b"7"
    assert value is not None
    assert json.loads(value) == {"experiment_id": 17, "deleted": True}
    assert encode_deletion(deletion_mapping(["experiment_id"], ""), ["17"])[0] == b"17"


@pytest.mark.parametrize("header", [USER_COLUMNS, ["compound_id", "a", "b", "c"]])
def test_users_and_compounds_are_named_by_the_key_of_a_record_without_value(header: list[str]) -> None:
    assert encode_deletion(deletion_mapping(header, ""), ["007", "", "x", "y"]) == (b"7", None)


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        (["", "7"], "experiment_id", "is empty"),
        (["x", "7"], "experiment_id", "is not a whole number"),
        (["0", "7"], "experiment_id", "is out of range"),
        (["1", "-7"], "user_id", "is not a whole number"),
        (["1"], "user_id", "is missing"),
        (["1", "2", "3"], None, "3 fields, the header 2"),
    ],
)
def test_a_row_without_usable_ids_is_refused_with_the_field_at_fault(
    fields: list[str], field: str | None, reason: str
) -> None:
    with pytest.raises(RowFaultError, match=reason) as caught:
        encode_deletion(deletion_mapping(["experiment_id", "user_id"], ""), fields)
    assert caught.value.field == field


def test_a_file_of_bare_numbers_holds_experiment_ids_from_its_first_line_on(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text("\n17\n18\n")
    (file,) = find([path], deletion_mapping).files
    assert file.layout.kind is EXPERIMENTS
    with file.opened() as records:
        assert list(records) == [(2, ["17"]), (3, ["18"])]
