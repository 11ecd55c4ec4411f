import json
from dataclasses import replace

import pytest

from models.declaration.model import RowTable
from models.rows import MAX_ROW_BYTES
from producers.errors import RowFaultError
from producers.rows.column_mapping import ColumnMapping
from producers.rows.rejects import reject_of
from producers.rows.validation import encode_row, is_blank
from producers.values.date_forms import settled_form
from tests.lab_kinds import COMPOUNDS, EXPERIMENTS, USERS, mapping_of


def fault_of(kind: RowTable, fields: list[str]) -> RowFaultError:
    with pytest.raises(RowFaultError) as caught:
        encode_row(mapping_of(kind), fields)
    return caught.value


def test_a_row_becomes_a_key_and_a_json_value() -> None:
    key, value = encode_row(mapping_of(EXPERIMENTS), [" 07", "0012 ", " 1 ; 2 ; ", "1e1"])
    assert key == b"12"
    assert json.loads(value) == {
        "experiment_id": 7,
        "user_id": 12,
        "experiment_compound_ids": [1, 2],
        "experiment_run_time": 10,
    }


def test_columns_are_taken_from_where_the_header_names_them() -> None:
    layout = ColumnMapping(COMPOUNDS, ("note", "compound_structure", "compound_id", "compound_name"), (2, 3, 1))
    key, value = encode_row(layout, ["x", "", "5", "Caffeine"])
    assert (key, json.loads(value)) == (
        b"5",
        {"compound_id": 5, "compound_name": "Caffeine", "compound_structure": None},
    )


def test_the_column_at_fault_its_value_and_the_reason_are_told() -> None:
    fault = fault_of(EXPERIMENTS, ["1", "1", "1", "-5"])
    assert (fault.field, fault.value, fault.reason) == (
        "experiment_run_time",
        "-5",
        "is negative; expected a number ≥ 0 with up to 3 decimals",
    )


def test_a_short_row_names_the_first_missing_column() -> None:
    fault = fault_of(USERS, ["1", "Ada"])
    assert (fault.field, fault.value) == ("email", None)
    assert "2 fields, the header 4" in fault.reason


def test_all_faults_of_a_row_are_told_in_the_order_of_our_columns() -> None:
    faults = fault_of(EXPERIMENTS, ["x", "0", "1;;2", "-5"]).faults
    assert [(fault.code, fault.field, fault.value) for fault in faults] == [
        ("bad_id", "experiment_id", "x"),
        ("id_out_of_range", "user_id", "0"),
        ("empty_item", "experiment_compound_ids", "1;;2"),
        ("negative", "experiment_run_time", "-5"),
    ]


def test_a_fault_is_one_sentence_for_people() -> None:
    fault = fault_of(EXPERIMENTS, ["1", "1", "1", "-5"])
    assert str(fault) == 'experiment_run_time: "-5" is negative; expected a number ≥ 0 with up to 3 decimals'


def test_a_short_row_is_judged_by_what_is_there_too() -> None:
    assert [fault.code for fault in fault_of(USERS, ["x", ""]).faults] == ["too_few_fields", "bad_id", "empty"]


def test_dates_are_read_in_the_form_of_the_whole_file_and_in_iso() -> None:
    layout = replace(mapping_of(USERS), date_forms={"signup_date": settled_form(["25/12/2024"])})
    for text, day in (("05/03/2024", "2024-03-05"), ("2024-03-05", "2024-03-05")):
        assert json.loads(encode_row(layout, ["1", "Ada", "", text])[1])["signup_date"] == day


def test_a_date_in_a_form_that_nothing_proves_is_told_as_such() -> None:
    fault = fault_of(USERS, ["1", "Ada", "", "05/03/2024"])
    assert str(fault).startswith('signup_date: "05/03/2024" is not YYYY-MM-DD, and ')


def test_a_long_row_is_refused_unless_what_is_too_much_is_empty() -> None:
    assert fault_of(EXPERIMENTS, ["1", "1", "1", "2", "30"]).field is None
    assert encode_row(mapping_of(EXPERIMENTS), ["1", "1", "1", "30", "", " "])[0] == b"1"


def test_a_row_whose_json_is_too_long_is_refused() -> None:
    fault = fault_of(COMPOUNDS, ["1", "a", "ü" * (MAX_ROW_BYTES // 2)])
    assert fault.field is None
    assert "bytes as JSON" in fault.reason


def test_a_row_of_empty_fields_is_blank() -> None:
    assert is_blank(["", " ", "\t"])
    assert not is_blank(["", "0"])


def test_the_dead_letter_holds_nothing_that_cannot_be_stored() -> None:
    fault = fault_of(USERS, ["1", "M\udcfcl\x00ler" + "x" * 2000, "", "2024-01-01"])
    reject = reject_of(fault, "users.csv", 7, mapping_of(USERS))
    assert reject.value is not None
    assert reject.value.startswith("M\\xfcl\\x00ler")
    assert len(reject.value) == 1000
    assert (reject.file, reject.line, reject.field) == ("users.csv", 7, "name")
