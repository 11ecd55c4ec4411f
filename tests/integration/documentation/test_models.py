"""docs/models.md: what it shows is what one sees, and each aggregate is the SQL that stands beside it."""

from __future__ import annotations

import asyncpg

from tests.fenced_blocks import blocks
from tests.integration.documentation.test_readme import ALREADY_DONE, same_each_time, steps, under
from tests.operator_shell import OperatorShell
from tests.unit.documentation.test_models import AGGREGATES

PAGE = "docs/models.md"
HEADING = "Thirty lines for two files"


def write_files(operator: OperatorShell, more: str = "") -> None:
    """What the page says that the reader has: two files and the model."""
    (operator.folder / "files").mkdir()
    for block, name in zip(under(HEADING, "text", PAGE), ("accounts.csv", "payments.csv"), strict=True):
        (operator.folder / "files" / name).write_text(block.text)
    [model] = under(HEADING, "python", PAGE)
    (operator.folder / "payments.py").write_text(model.text + more)


async def test_the_first_model_does_what_is_shown(operator: OperatorShell) -> None:
    write_files(operator)
    [session] = under(HEADING, "console", PAGE)
    shown = steps(session.text)
    assert len(shown) > 5
    for command, expected in shown:
        if not command.startswith(ALREADY_DONE):
            assert same_each_time(await operator.shown(command)) == same_each_time(expected), command


async def test_each_aggregate_is_the_sql_that_stands_beside_it(operator: OperatorShell) -> None:
    names = [f"shown_{number}" for number in range(len(AGGREGATES))]
    aggregates = "".join(f"    {name} = {row[0]}\n" for name, row in zip(names, AGGREGATES, strict=True))
    values = ", ".join(row[2] for row in AGGREGATES)
    [reports] = [block.text for block in blocks(PAGE) if block.text.startswith("REPORTS")]
    write_files(operator, f"\n\nclass Shown(Features, table='shown', of=Payment):\n{aggregates}\n\n{reports}")
    await operator.run("export MODEL=payments.py\ningest worker > worker.log 2>&1 &")
    await operator.run("ingest load files/ || true")
    connection = await asyncpg.connect(operator.stack.environment["DATABASE_URL"])
    try:
        kept = await connection.fetch(f"SELECT account, {', '.join(names)} FROM shown ORDER BY 1")  # noqa: S608  # ours
        plain = await connection.fetch(f"SELECT account, {values} FROM payments GROUP BY 1 ORDER BY 1")  # noqa: S608  # ours
        report = await connection.fetch("SELECT account, holder, payments FROM account_report ORDER BY account")
    finally:
        await connection.close()
    assert [[*row] for row in kept] == [[*row] for row in plain]
    assert [[*row] for row in report] == [["DE-12", "Ada Winter", 3], ["FR-76", "Bo O'Neil", 1]]
