from __future__ import annotations

from bench.answer import UserTotals
from bench.engines.outcome import Outcome, reason, wrong_users
from bench.engines.sitting import said

RIGHT = UserTotals(1, 2, 3, 4, 5)


def test_users_that_differ_are_missing_or_too_many_are_wrong() -> None:
    expected = {1: RIGHT, 2: RIGHT, 3: RIGHT}
    assert wrong_users({1: RIGHT, 2: RIGHT._replace(experiments=9), 4: RIGHT}, expected) == 3
    assert wrong_users(expected, expected) == 0


def test_it_is_right_only_if_users_and_rows_are() -> None:
    assert Outcome(wrong_users=0).right
    assert Outcome(wrong_users=0, wrong_rows=False).right
    assert not Outcome(wrong_users=0, wrong_rows=True).right
    assert not Outcome(wrong_users=1).right
    assert not Outcome().right
    assert not Outcome(wrong_users=0, failed="because").right


def test_a_reason_is_the_last_error_and_the_last_line_without_a_stack() -> None:
    error = RuntimeError("first\nx.YException: third\n\tat a.b.C(D.java:1)\n\t... 9 more\nNote: see\nit ended\n")
    assert reason(error) == "x.YException: third; it ended"
    assert reason(RuntimeError("only this")) == "only this"
    assert reason(RuntimeError()) == "RuntimeError"


def test_an_outcome_is_said_in_one_line() -> None:
    killed = Outcome(rows=10, peak_mb=100, wrong_users=3, wrong_rows=True, killed_at=0.5, fell=2)
    assert said(killed) == "100 MB, killed at 50%, 3 users wrong, rows wrong, totals fell 2 times"
    drained = Outcome(rows=10, measured=10, seconds=2, peak_mb=1, wrong_users=0)
    assert said(drained) == "5 rows/s, 1 MB, right"
    assert said(Outcome(failed="it ended")) == "failed: it ended"
