from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from bench.answer import UserTotals, check, read_answer, totals, write_answer
from bench.errors import WrongAnswerError
from bench.expected import expected_answer
from bench.load import write_experiments

RIGHT = {1: UserTotals(2, 3500, 4, 7, 2), 2: UserTotals(1, 250, 1, 3, 1)}


def test_of_several_most_listed_compounds_the_lowest_id_counts() -> None:
    assert totals(3, 1.5, {10: 2, 9: 2, 1: 1}) == UserTotals(3, 1500, 5, 9, 2)


def test_sums_of_binary_fractions_are_rounded_to_thousandths() -> None:
    assert totals(3, 0.1 + 0.2 + 0.3, {1: 1}).run_time == 600


def test_an_answer_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_answer(tmp_path / "answer.csv", RIGHT.items())
    assert read_answer(tmp_path / "answer.csv") == RIGHT


def test_a_right_answer_passes() -> None:
    check("a peer", dict(reversed(RIGHT.items())), RIGHT)


@pytest.mark.parametrize(
    "wrong",
    [
        {1: RIGHT[1]},
        {**RIGHT, 3: RIGHT[1]},
        {**RIGHT, 2: RIGHT[2]._replace(run_time=251)},
        {**RIGHT, 2: RIGHT[2]._replace(top_compound=4)},
    ],
    ids=["user missing", "user too many", "a thousandth", "another top compound"],
)
def test_a_wrong_answer_is_refused_with_the_peer_and_the_user_named(wrong: dict[int, UserTotals]) -> None:
    with pytest.raises(WrongAnswerError, match=r"a peer: 1 users of 2 have wrong totals: user [123]"):
        check("a peer", wrong, RIGHT)


def test_the_expected_answer_of_a_file_is_exact(tmp_path: Path) -> None:
    path = tmp_path / "user_experiments.csv"
    write_experiments(path, rows=500, users=20)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    expected = expected_answer(path)
    assert sum(found.experiments for found in expected.values()) == 500
    for user, found in expected.items():
        own = [row for row in rows if int(row["user_id"]) == user]
        listed = Counter(int(compound) for row in own for compound in row["experiment_compound_ids"].split(";"))
        top = max(listed.values())
        assert found == UserTotals(
            len(own),
            int(sum(Decimal(row["experiment_run_time"]) for row in own) * 1000),
            listed.total(),
            min(compound for compound, count in listed.items() if count == top),
            top,
        )
