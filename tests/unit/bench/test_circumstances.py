from __future__ import annotations

import pytest

from bench.circumstances import continues

ENTRY = {"commit": "abc1234", "rows": 10, "date": "2001-02-03", "machine": {"cores": 2}}


def test_results_of_the_same_commit_machine_and_load_are_kept_whatever_the_date() -> None:
    assert continues({**ENTRY, "trials": {}, "date": "2001-02-04"}, ENTRY)


@pytest.mark.parametrize(
    "other", [{"commit": "abc1235"}, {"rows": 11}, {"machine": {"cores": 3}}, {"unavailable": "no network"}]
)
def test_other_results_are_made_again(other: dict[str, object]) -> None:
    assert not continues({**ENTRY, **other}, ENTRY)


@pytest.mark.parametrize("commit", ["abc1234 with changes", "unknown"])
def test_code_that_is_not_committed_is_measured_again(commit: str) -> None:
    described = {**ENTRY, "commit": commit}
    assert not continues(described, described)
