"""The type of a column follows from its values; what they do not show is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.types.column_types import (
    Amount,
    ColumnType,
    Day,
    ExactDecimal,
    Flag,
    Identifier,
    Instant,
    ListType,
    TextType,
    WholeNumber,
)
from tests.unit.producers.proposal.proposing import Proposed, proposed_of


def proposed_column(folder: Path, name: str, values: list[str]) -> Proposed:
    """The model of a file `things.csv` with a key and this column."""
    lines = [f"thing_id,{name}", *(f'{number},"{value}"' for number, value in enumerate(values, 1))]
    return proposed_of(folder, things="\n".join(lines) + "\n")


CASES: list[tuple[str, list[str], ColumnType]] = [
    ("word", ["a", "b", "c"], TextType()),
    ("other_id", ["7", "8", "9"], Identifier()),
    ("other_id", ["7", "8", "A9"], TextType()),
    ("height", ["7", "-8", "9.0"], ExactDecimal(11, 2)),
    ("level", ["7", "-8", "9"], WholeNumber()),
    ("level", ["7", "-8", "9.25"], ExactDecimal(11, 2)),
    ("price", ["7", "8", "9"], ExactDecimal(11, 2)),
    ("amount", ["1234567890.5", "8", "9"], ExactDecimal(15, 2)),
    ("paid", ["yes", "no", "Y"], Flag()),
    ("paid", ["1", "0", "1"], Flag()),
    ("level", ["1", "0", "1"], WholeNumber()),
    ("answer", ["true", "true", "true"], Flag()),
    ("letter", ["t", "t", "t"], TextType()),
    ("day", ["2024-03-01", "2024-03-02", "2024-03-03"], Day()),
    ("day", ["13/01/2024", "01/02/2024", "03/04/2024"], Day()),
    ("day", ["20240101", "20240102", "20241231"], Day()),
    ("day", ["2024-03-01 00:00:00", "2024-03-02 00:00:00", "2024-03-03 00:00:00"], Day()),
    ("seen_at", ["2024-03-01 00:00:00", "2024-03-02 00:00:00", "2024-03-03 00:00:00"], Instant()),
    ("seen", ["2024-03-01T10:00Z", "2024-03-02 11:30:15.5", "2024-03-03T00:00:00+01:00"], Instant()),
    ("seen", ["13.01.2024 10:00", "01.02.2024 11:00", "03.04.2024 12:00"], Instant()),
    ("part_ids", ["1;2", "3", "2;2;1"], ListType(Identifier(), ";")),
    ("scans", ["1 2 3", "4 5 6", "7 8 -9"], ListType(WholeNumber(), " ")),
    ("alarms", ["hot|dry", "hot", "dry|hot", "low battery"], ListType(TextType(), "|")),
    ("lots", ["L1 | L2", "L3", "L4 | L5"], ListType(TextType(), "|")),
    ("tags", ["red,green", "red", "blue,red"], ListType(TextType(), ",")),
    ("zip", ["10115", "80331", "50667"], TextType()),
    ("catalog", ["0815", "4711", "1234"], TextType()),
    ("phone", ["49301234", "49305678", "49301111"], TextType()),
    ("scale", ["1.5e-5", "2.25e-7", "3e-6"], TextType()),
    ("huge", ["12345678901234567890123456789012345678901", "1", "2"], TextType()),
    ("street", ["Main St 1; rear", "Oak Lane 2; front", "Elm Road 3; top"], TextType()),
    ("comment", ["good; see below", "good; see below", "bad; see above"], TextType()),
]


@pytest.mark.parametrize(("name", "values", "expected"), CASES)
def test_a_type_is_chosen_by_the_values(name: str, values: list[str], expected: ColumnType, tmp_path: Path) -> None:
    assert proposed_column(tmp_path, name, values).rows("things").types[name] == expected


@pytest.mark.parametrize(
    ("name", "values", "comment"),
    [
        ("catalog", ["0815", "4711"], "1 of 2 values have leading zeros, which a number would lose"),
        ("phone", ["49301234", "49305678"], "digits only, but by its name not a number"),
        ("scale", ["1.5e-5", "2e-7"], "have an exponent, so their digits have no limit"),
        ("day", ["01/02/2024", "03/04/2024"], "? days of which files/things.csv does not show"),
        (
            "amount",
            ["1,50", "2.000,75", "3"],
            "? is the comma the decimal mark? 2 of 3 values have one, such",
        ),
        ("seen_at", ["1709640000"], "? are these times, counted in seconds since 1970: from 2024-03-05 12:00"),
        ("ts_ms", ["1709640000000"] * 9 + ["x"], "? 1 of 10 values is not a Unix time, first"),
        ("temp", ["25", "80", "rt"], '? 2 of 3 values are numbers, others are such as "rt": if that means nothing'),
        ("firmware", ["1.9", "1.10"], "by its name a version, of which 1.10 is not 1.1"),
        ("cost", ["€ 4.90", "€ 1,204.00", "0"], '? numbers with "€", such as "€ 4.90": is the point the decimal mark'),
        ("cost", ["4,90 EUR", "-1.204,5 EUR"], "is the comma the decimal mark in all of them?"),
        ("cost", ["€ 1,204", "€ 2,500"], '? numbers with a sign, such as "€ 1,204", which is not read'),
        ("cost", ["€4.90", "$1,204.00"], '? numbers with a sign, such as "€4.90", which is not read'),
        ("level", ["1", "0"], "? only 0 and 1: take bool if they mean no and yes"),
        ("level", ["1.5", "-999", "2.5"], "? 1 of 3 values are -999: if that means nothing, load with --null=-999"),
        (
            "level",
            ["1.5"] * 40 + ["n.d."] * 3,
            '? 3 of 43 values are "n.d.": if that means nothing, load with --null=n.d.',
        ),
        ("day", ["13/01/2024", "01/02/2024"], "written DD/MM/YYYY"),
        ("nothing", ["", ""], "? no value was seen"),
        ("price", ["7", "NULL"], '1 of 2 hold "NULL", read as nothing by --null'),
        ("word", ["a", "N/A"], "? 1 of 2 hold \"N/A\": if that means nothing, load with --null 'N/A'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_values_leave_open_stands_in_a_comment(
    name: str, values: list[str], comment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert comment in proposed_column(Path(), name, values).comments_of("things", name)


@pytest.mark.parametrize(
    ("values", "written", "kind"),
    [
        (["$1,234,567.5", "$5"], Amount("$"), ExactDecimal(12, 2)),
        (["1.204,125 EUR", "7 eur"], Amount("EUR", decimal=","), ExactDecimal(12, 3)),
        (["19%", "7%"], Amount("%"), ExactDecimal(11, 2)),
    ],
)
def test_amounts_of_one_sign_are_numbers(
    values: list[str], written: Amount, kind: ExactDecimal, tmp_path: Path
) -> None:
    [_, column] = proposed_column(tmp_path, "cost", values).rows("things").columns
    assert (column.written, column.type) == (written, kind)


def test_one_faulty_value_in_ten_leaves_a_measure_what_it_is_and_is_shown(tmp_path: Path) -> None:
    found = proposed_column(tmp_path, "weight", ["1.5"] * 9 + ["heavy"])
    assert isinstance(found.rows("things").types["weight"], ExactDecimal)
    assert '? 1 of 10 values is not a number, first "heavy" in ' in found.comments_of("things", "weight")
    assert "things.csv:11: such rows will be rejected" in found.comments_of("things", "weight")


def test_faults_that_are_alike_and_come_first_are_no_more_than_they_are(tmp_path: Path) -> None:
    found = proposed_column(tmp_path, "level", ["<LOD"] * 30 + [f"{number}.5" for number in range(370)])
    assert isinstance(found.rows("things").types["level"], ExactDecimal)


def test_two_faulty_values_in_ten_make_a_text(tmp_path: Path) -> None:
    found = proposed_column(tmp_path, "weight", ["1.5"] * 8 + ["heavy", "light"])
    assert found.rows("things").types["weight"] == TextType()


def test_files_that_contradict_each_other_give_the_wider_type_and_a_question(tmp_path: Path) -> None:
    found = proposed_of(
        tmp_path,
        sales_1="sale_id,amount\n" + "".join(f"{number},{number}.5\n" for number in range(1, 40)),
        sales_2="sale_id,amount\n41,many\n",
    )
    assert found.rows("sales").types["amount"] == TextType()
    assert "sales_1.csv has Decimal, but " in found.comments_of("sales", "amount")


@pytest.mark.parametrize(("values", "optional"), [(["1.5", ""], True), (["1.5", "NaN"], True), (["1.5", "2.5"], False)])
def test_a_column_is_optional_where_something_is_missing(
    values: list[str],
    optional: bool,  # noqa: FBT001  # a case
    tmp_path: Path,
) -> None:
    [_, column] = proposed_column(tmp_path, "weight", values).rows("things").columns
    assert column.optional == optional


def test_a_marker_beside_numbers_is_named_for_the_load(tmp_path: Path) -> None:
    assert proposed_column(tmp_path, "weight", ["1.5", "NULL"]).proposal.nulls == ("NULL",)


def test_a_list_may_be_empty_without_being_optional(tmp_path: Path) -> None:
    [_, column] = proposed_column(tmp_path, "part_ids", ["1;2", "", "3"]).rows("things").columns
    assert not column.optional
