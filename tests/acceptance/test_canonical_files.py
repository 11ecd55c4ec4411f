from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.acceptance import canonical
from tests.processes import Stack

REPORT = """
SELECT user_id, name, total_experiments, average_run_time, total_compounds, top_compound_id, top_compound_count,
       tied_compound_ids, top_compound_name, average_experiments_per_user, average_experiments_per_active_user,
       total_run_time, average_compounds_per_experiment
  FROM user_report ORDER BY user_id
"""


@pytest.mark.parametrize("form", canonical.FORMS)
async def test_canonical_files_give_their_known_answers(stack: Stack, tmp_path: Path, form: str) -> None:
    canonical.write(tmp_path / "data", form)
    stack.start_worker()
    load = await stack.load(tmp_path / "data")
    assert load.returncode == 0, load.stderr

    rows = await stack.fetch(REPORT)
    assert [row["name"] for row in rows] == canonical.NAMES
    for row in rows:
        experiments, mean, listed, top, times, tied = canonical.ANSWERS[row["user_id"]]
        assert row["total_experiments"] == experiments
        assert row["average_run_time"] == Decimal(mean)
        assert row["total_run_time"] == Decimal(mean) * experiments
        assert row["total_compounds"] == listed
        assert (row["top_compound_id"], row["top_compound_count"], row["tied_compound_ids"]) == (top, times, tied)
        assert row["top_compound_name"] == f"Compound {'ABC'[top - 1]}"
        assert row["average_experiments_per_user"] == Decimal("1.1")
        assert row["average_experiments_per_active_user"] == Decimal("1.1")
        assert row["average_compounds_per_experiment"] == Decimal(listed) / experiments
    await stack.assert_audit_is_equal()


async def test_a_user_without_experiments_is_reported_with_zeros(stack: Stack, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "users.csv").write_text("user_id,name,email,signup_date\n1,Ada,,2024-02-29\n")
    stack.start_worker()
    assert (await stack.load(folder)).returncode == 0

    [row] = await stack.fetch("SELECT * FROM user_report")
    assert (row["total_experiments"], row["total_run_time"], row["total_compounds"]) == (0, 0, 0)
    assert (row["top_compound_count"], row["tied_compound_ids"]) == (0, [])
    assert (row["average_run_time"], row["top_compound_id"], row["email"]) == (None, None, None)
    assert row["average_experiments_per_user"] == 0


async def test_of_two_files_in_one_load_the_later_one_corrects_the_earlier(stack: Stack, tmp_path: Path) -> None:
    header = "experiment_id,user_id,experiment_compound_ids,experiment_run_time\n"
    first, second = tmp_path / "z.csv", tmp_path / "a.csv"
    first.write_text(header + "\n\n\n1,1,1,10\n")
    second.write_text(header + "1,1,2,20\n")
    stack.start_worker()
    assert (await stack.load(first, second)).returncode == 0
    [row] = await stack.fetch("SELECT * FROM user_features")
    assert (row["total_run_time"], row["top_compound_id"]) == (20, 2)
