"""Changes of a model that are refused, each with its procedure."""

from __future__ import annotations

from typing import Any

from tests.conditions import until
from tests.integration.cli.payment_models import SMALL, audited, loaded, use
from tests.integration.cli.shell import Shell


async def refused(shell: Shell, text: str) -> str:
    """What is said of a model that is refused; nothing is changed."""
    shell.write("refused.py", text)
    use(shell, "refused.py")
    before = await content(shell)
    diff, apply = await shell.run("model", "diff"), await shell.run("model", "apply", "--yes")
    assert (diff[0], apply[0]) == (1, 2), diff[2] + apply[2]
    assert "nothing was changed" in apply[2]
    assert await content(shell) == before
    return diff[1]


async def content(shell: Shell) -> list[Any]:
    tables = ("payments", "totals", "model", "stream_offsets")
    return [await shell.stack.fetch(f"SELECT t::text FROM {table} AS t ORDER BY 1") for table in tables]  # noqa: S608


async def test_another_type_is_refused_and_a_new_name_is_the_way(small: Shell) -> None:
    worker = small.stack.start_worker()
    await loaded(small)
    digits = SMALL.replace("max_digits=12", "max_digits=14")
    assert "the type was Decimal(12, 2) and is Decimal(14, 2): give the table" in await refused(small, digits)
    worker.stop()

    small.write("renamed.py", digits.replace('table="payments"', 'table="payments_2"'))
    use(small, "renamed.py")
    code, _, err = await small.run("model", "apply")
    assert (code, "payments of 6,000 rows" in err, "so give --yes" in err) == (2, True, True)
    code, _, err = await small.run("model", "apply", "--yes")
    assert code == 0, err
    small.stack.start_worker()
    (small.folder / "files" / "payments.csv").rename(small.folder / "files" / "payments_2.csv")
    await loaded(small)
    [table] = [table for table in (await audited(small))["tables"] if table["table"] == "totals"]
    assert (table["rows"], table["rows_table"]) == (6000, "payments_2")

    # Back: what Kafka has of the table that was dropped is read again.
    use(small, "small.py")
    code, _, err = await small.run("model", "apply", "--yes")
    assert code == 0, err
    small.stack.start_worker()

    async def is_read_again() -> bool:
        return bool((await small.stack.fetch("SELECT count(*) = 6000 AS all FROM payments"))[0]["all"])

    await until(is_read_again, "the topic is read again")
    await audited(small)


async def test_narrower_limits_are_refused_and_a_rebuild_is_the_way(small: Shell) -> None:
    worker = small.stack.start_worker()
    await loaded(small)
    said = await refused(small, SMALL.replace("le=1000", "le=500"))
    assert "payments.amount the limits are narrower" in said
    assert "ingest rebuild" in said
    worker.stop()

    code, _, err = await small.run("rebuild", "--yes")

    assert (code, "fewer rows than before: payments" in err) == (1, True), err
    [row] = await small.stack.fetch("SELECT count(*) AS rows, max(amount) AS most FROM payments")
    assert (row["rows"] < 6000, row["most"] < 500) == (True, True)
    await audited(small)
    small.stack.start_worker()
    await small.stack.workers[-1].ready()


async def test_another_group_of_features_is_refused_and_a_new_name_is_the_way(small: Shell) -> None:
    worker = small.stack.start_worker()
    await loaded(small)
    other = SMALL.replace("category: str | None", "category: str")
    grouped = SMALL.replace("of=Payment", 'of=Payment, by=("account", "reference")')
    said = await refused(small, grouped)
    assert "totals the group was account and is account, reference: give the feature table another name" in said
    assert "payments.category must be there now" in await refused(small, other)
    worker.stop()

    small.write("renamed.py", grouped.replace('table="totals"', 'table="totals_2"'))
    use(small, "renamed.py")
    code, out, err = await small.run("model", "apply")

    assert (code, "totals_2: payments, balance complete, 6,000 groups filled" in out) == (0, True), err
    await audited(small)


async def test_a_view_of_somebody_else_is_named_and_nothing_changed(small: Shell) -> None:
    worker = small.stack.start_worker()
    await loaded(small)
    worker.stop()
    await small.stack.fetch("CREATE VIEW theirs AS SELECT balance FROM totals")
    before = await content(small)
    small.write("less.py", SMALL.replace('    balance = Sum("amount")\n', ""))
    use(small, "less.py")

    code, _, err = await small.run("model", "apply")

    assert (code, "view theirs depends on column balance" in err) == (2, True), err
    assert await content(small) == before
