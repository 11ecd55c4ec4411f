import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from producers.files.discovery import find
from tests.corpus import FOLDER, Case, cases
from tests.reading_path import Outcome, outcome_of

CASES = cases()
LOADABLE = [case for case in CASES if case.problem is None]
UNLOADABLE = [case for case in CASES if case.problem is not None]


def name_of(case: Case) -> str:
    return case.name


def stored(outcome: Outcome, key: str) -> list[dict[str, Any]]:
    """The rows that are left when each replaces the earlier one of its id, ordered by id."""
    rows = {row[key]: row for row in (json.loads(published.value) for published in outcome.published)}
    return [canonical(rows[row_id]) for row_id in sorted(rows)]


def canonical(row: dict[str, Any]) -> dict[str, Any]:
    run_time = row.get("experiment_run_time")
    return row if run_time is None else {**row, "experiment_run_time": Decimal(str(run_time)).normalize()}


def test_each_file_has_its_expectation_and_the_other_way_round() -> None:
    files = Counter(path.name.partition(".")[0] for path in FOLDER.iterdir() if path.is_file() and path.suffix != ".py")
    assert len(CASES) >= 150
    assert set(files.values()) == {2}


@pytest.mark.parametrize("case", LOADABLE, ids=name_of)
def test_what_comes_of_a_file_is_what_is_expected(case: Case) -> None:
    found = find([case.path], reading=case.reading)
    assert found.problems == ()
    (file,) = found.files
    outcome = outcome_of(file)
    expected = case.expected
    kind = file.layout.kind
    key = kind.key[0]
    assert kind.name == expected["kind"]
    assert (outcome.read, len(outcome.published), len(outcome.rejected)) == (
        expected["read"],
        expected["published"],
        expected["rejected"],
    )
    assert [
        {"line": reject.line, "faults": [{"code": fault.code, "field": fault.field} for fault in reject.faults]}
        for reject in outcome.rejected
    ] == expected["rejects"]
    assert stored(outcome, key) == sorted(map(canonical, expected["rows"]), key=lambda row: row[key])
    assert (
        [expected["warning"] in line for line in outcome.warnings] == [True]
        if "warning" in expected
        else not outcome.warnings
    )


@pytest.mark.parametrize("case", UNLOADABLE, ids=name_of)
def test_a_file_that_cannot_be_loaded_is_told_with_the_reason(case: Case) -> None:
    found = find([case.path], reading=case.reading)
    assert found.files == ()
    (problem,) = found.problems
    assert problem.startswith(f"{case.path}: ")
    assert case.problem is not None
    assert case.problem in problem
