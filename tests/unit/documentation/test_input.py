"""docs/input.md says what the tests show: each line of its tables names what tests it."""

import re
from pathlib import Path

import pytest

from models.fault_codes import FaultCode
from tests.corpus import Case, cases

ROOT = Path(__file__).parents[3]
LINES = (ROOT / "docs" / "input.md").read_text().splitlines()
CASES: dict[str, Case] = {case.name.partition("-")[2]: case for case in cases()}
TESTS = {name for path in ROOT.glob("tests/**/test_*.py") for name in re.findall(r"def (test_\w+)", path.read_text())}


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line[1:-1].split("|")]


TABLE_LINES = [
    row
    for line in LINES
    if line.startswith("| ") and len(row := cells(line)) == 4 and row[-1] not in {"tested by", "---"}
]


def named_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("row", TABLE_LINES, ids=lambda row: row[0])
def test_each_line_names_a_file_of_the_corpus_or_a_test(row: list[str]) -> None:
    names = named_in(row[3])
    assert names
    assert [name for name in names if name not in CASES and name not in TESTS] == []


@pytest.mark.parametrize("row", [row for row in TABLE_LINES if row[2]], ids=lambda row: row[0])
def test_the_code_of_a_line_is_the_one_that_its_files_expect(row: list[str]) -> None:
    for case in (CASES[name] for name in named_in(row[3]) if name in CASES):
        assert row[2] in {fault["code"] for reject in case.expected["rejects"] for fault in reject["faults"]}


def test_a_line_without_a_code_has_no_file_with_other_rejects_than_are_told_elsewhere() -> None:
    told = {name for row in TABLE_LINES if row[2] for name in named_in(row[3])}
    silent = {name for row in TABLE_LINES if not row[2] for name in named_in(row[3])} - told
    with_rejects = {name for name in silent if name in CASES and CASES[name].expected.get("rejected")}
    # Their rejects are there to show that the other rows are read and numbered right.
    assert with_rejects <= {"mixed-line-ends", "crcrlf", "blank-lines", "quoted-line-breaks"} | {
        "every-field-wrong",
        "three-faults-in-a-user",
        "option-encoding-utf8",
        "option-limit",
        "option-comment",
        "option-skip-lines",
    }


def test_all_codes_are_listed() -> None:
    listed = [found[1] for line in LINES if (found := re.match(r"\| `(\w+)` \| [^|]+ \|$", line))]
    assert listed == [str(code) for code in FaultCode]


def test_the_document_covers_the_forms_it_must() -> None:
    assert len(TABLE_LINES) > 80
