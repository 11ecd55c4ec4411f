"""All files of the corpus in one load, by the real producer, Kafka, worker and Postgres."""

from decimal import Decimal
from typing import Any

from tests.corpus import cases
from tests.lab_kinds import KINDS
from tests.processes import Stack

CASES = [case for case in cases() if not case.needs_options]
LOADABLE = [case for case in CASES if case.problem is None]


def expected_rows(kind: str) -> list[dict[str, Any]]:
    rows = [row for case in LOADABLE if case.expected["kind"] == kind for row in case.expected["rows"]]
    return sorted(map(canonical, rows), key=lambda row: next(iter(row.values())))


def canonical(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its run time and its date in one form."""
    run_time, day = row.get("experiment_run_time"), row.get("signup_date")
    changed = {} if run_time is None else {"experiment_run_time": Decimal(run_time).normalize()}
    return {**row, **changed} if day is None else {**row, "signup_date": str(day)}


async def stored_rows(stack: Stack, topic: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    found = await stack.fetch(f"SELECT {', '.join(columns)} FROM {topic} ORDER BY {columns[0]}")  # noqa: S608  # names of ours
    return [canonical(dict(row)) for row in found]


async def test_every_row_of_the_corpus_is_stored_or_rejected_as_expected(stack: Stack) -> None:
    stack.start_worker()
    command = await stack.load(*(case.path for case in CASES))
    assert command.returncode == 1, command.stderr  # some rows are rejected, some files cannot be loaded
    total = next(line for line in command.stdout.splitlines() if line.startswith("total")).replace(",", "").split()
    read, published, rejected = map(int, total[1:4])
    assert read == published + rejected
    assert (read, published, rejected) == tuple(
        sum(case.expected[count] for case in LOADABLE) for count in ("read", "published", "rejected")
    )
    for kind in KINDS:
        assert await stored_rows(stack, kind.name, tuple(kind.types)) == expected_rows(kind.name)
    rejects = await stack.fetch('SELECT file, line, field FROM rejects ORDER BY file COLLATE "C", line')
    assert [tuple(row) for row in rejects] == [
        (str(case.path), reject["line"], reject["faults"][0]["field"])
        for case in sorted(LOADABLE, key=lambda case: str(case.path))
        for reject in case.expected["rejects"]
    ]
    await stack.assert_audit_is_equal()
