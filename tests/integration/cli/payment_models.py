"""Two models of one kind of file, of which one is the other and more."""

from __future__ import annotations

from typing import Any

from tests.integration.cli.shell import Shell
from tests.processes import Worker

SMALL = """
from models.declare import *


class Payment(Row, table="payments", key="reference", group="account"):
    reference: str
    account: str
    amount: Annotated[Decimal, Field(le=1000, max_digits=12, decimal_places=2)]
    category: str | None


class Totals(Features, table="totals", of=Payment):
    payments = Count()
    balance = Sum("amount")
"""
BIG = (
    SMALL
    + """    largest = Max("amount")
    usual = MostCommon("category", count="times", ties="tied")


class Kinds(Features, table="kinds", of=Payment, by=("account", "amount")):
    payments = Count()
"""
)
ACCOUNTS = 2500


def payments(first: int, end: int) -> str:
    rows = (f"R{n},A{n * 7 % ACCOUNTS},{n % 900}.50,{'food' if n % 3 else 'trips'}\n" for n in range(first, end))
    return "reference,account,amount,category\n" + "".join(rows)


def use(shell: Shell, model: str) -> None:
    shell.stack.environment["MODEL"] = str(shell.folder / model)


async def loaded(shell: Shell, *arguments: str) -> None:
    code, out, err = await shell.run("load", "files", "--wait-timeout", "100", *arguments)
    assert code == 0, out + err


async def audited(shell: Shell) -> dict[str, Any]:
    found: dict[str, Any] = await shell.json("audit")
    assert found["equal"], found
    return found


async def models(shell: Shell) -> int:
    [row] = await shell.stack.fetch("SELECT count(*) FROM model")
    return int(row["count"])


def last_line(worker: Worker) -> str:
    return worker.log().strip().splitlines()[-1]
