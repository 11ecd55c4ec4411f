"""What differs between two declarations. Each line of docs/models.md about a change has its test here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declaration.as_json import as_json, fingerprint_of
from models.declaration.changes import Change, Kind, changes_between
from models.declaration.loading import load_model
from models.declaration.model import Model
from tests.declared_features import feature_tables

BEFORE = """
from datetime import UTC
from models.declare import *


class Account(Row, table="accounts", key="account", label="holder"):
    account: str
    holder: str


class Payment(Row, table="payments", key="reference", group="account"):
    reference: str
    account: str
    amount: Annotated[Decimal, Field(ge=-5, le=100, max_digits=12, decimal_places=2)]
    category: Annotated[str, Field(min_length=2, max_length=8)] | None
    tags: Annotated[list[str], Separated("|")]
    paid_at: Annotated[datetime, Field(ge=datetime(2020, 1, 1, tzinfo=UTC))]


class Totals(Features, table="totals", of=Payment):
    payments = Count()
    balance = Sum("amount")
    usual = MostCommon("category", count="times")


REPORTS = {"report": "SELECT 1 AS one"}
"""
ACCOUNT = BEFORE[BEFORE.index("class Account") : BEFORE.index("class Payment")]
SHOP = 'class Shop(Row, table="shops", key="shop"):\n    shop: str\n\n\nREPORTS'
KINDS = 'class Kinds(Features, table="kinds", of=Payment):\n    n = Count()\n\n\nREPORTS'
CHANGES = {
    # What is replaced, by what, and what is found: the kind, the place, and a part of what is said.
    "a new Row": ("REPORTS", SHOP, Kind.NEW_ROWS, "shops", "is new"),
    "a Row that is gone": (ACCOUNT, "", Kind.GONE_ROWS, "accounts", "is gone"),
    "a new optional column": (
        "    paid_at",
        "    note: str | None\n    paid_at",
        Kind.NEW_COLUMN,
        "payments.note",
        "is new",
    ),
    "a new column that must be there": (
        "    paid_at",
        "    note: str\n    paid_at",
        Kind.REFUSED,
        "payments.note",
        "must be there",
    ),
    "a column named as one of the table's own": (
        "    paid_at",
        "    line: int | None\n    paid_at",
        Kind.REFUSED,
        "payments.line",
        "is new",
    ),
    "a column that is gone": (
        '    tags: Annotated[list[str], Separated("|")]\n',
        "",
        Kind.GONE_COLUMN,
        "payments.tags",
        "is gone",
    ),
    "more digits": (
        "max_digits=12",
        "max_digits=14",
        Kind.REFUSED,
        "payments.amount",
        "was Decimal(12, 2) and is Decimal(14, 2)",
    ),
    "another type": (
        "    reference: str",
        "    reference: int",
        Kind.REFUSED,
        "payments.reference",
        "was str and is int",
    ),
    "another type of items": ("list[str]", "list[int]", Kind.REFUSED, "payments.tags", "list[str] and is list[int]"),
    "another key": (
        'key="reference"',
        'key=("account", "reference")',
        Kind.REFUSED,
        "payments",
        "the key was reference and is account, reference",
    ),
    "another group": (
        'group="account"',
        'group="reference"',
        Kind.REFUSED,
        "payments",
        "the group was account and is reference",
    ),
    "another number of partitions": (
        'key="reference"',
        'key="reference", partitions=16',
        Kind.REFUSED,
        "payments",
        "partitions: was none and is 16",
    ),
    "another label": (', label="holder"', "", Kind.NOTHING, "accounts", "label"),
    "other names of files": (
        'key="account"',
        'key="account", files="konten"',
        Kind.NOTHING,
        "accounts",
        "files: was accounts and is konten",
    ),
    "another separator": ('"|"', '";"', Kind.NOTHING, "payments.tags", "another way"),
    "a column that is optional now": (
        "    holder: str",
        "    holder: str | None",
        Kind.OPTIONAL_NOW,
        "accounts.holder",
        "NULL",
    ),
    "a column that is optional no more": (" | None", "", Kind.REFUSED, "payments.category", "must be there now"),
    "a wider limit": ("le=100", "le=1000", Kind.NOTHING, "payments.amount", "wider"),
    "a limit that is gone": ("ge=-5, ", "", Kind.NOTHING, "payments.amount", "wider"),
    "a narrower limit": ("le=100", "lt=100", Kind.REFUSED, "payments.amount", "narrower"),
    "a new limit": ("ge=-5", "ge=-5, gt=-4", Kind.REFUSED, "payments.amount", "narrower"),
    "a later first day": ("datetime(2020", "datetime(2021", Kind.REFUSED, "payments.paid_at", "narrower"),
    "an earlier first day": ("datetime(2020", "datetime(2019", Kind.NOTHING, "payments.paid_at", "wider"),
    "longer texts": ("max_length=8", "max_length=80", Kind.NOTHING, "payments.category", "wider"),
    "shorter texts": ("max_length=8", "max_length=7", Kind.REFUSED, "payments.category", "narrower"),
    "a pattern": ("max_length=8", 'max_length=8, pattern="^a"', Kind.REFUSED, "payments.category", "not comparable"),
    "a new Features": ("REPORTS", KINDS, Kind.NEW_FEATURES, "kinds", "is new"),
    "a Features with another group": (
        "of=Payment",
        'of=Payment, by=("account", "month(paid_at)")',
        Kind.REFUSED,
        "totals",
        "the group was account and is account, paid_at_month",
    ),
    "a new aggregate": (
        "    balance",
        '    largest = Max("amount", where="amount > 1")\n    balance',
        Kind.NEW_AGGREGATE,
        "totals.largest",
        "Max('amount', where='amount > 1')",
    ),
    "an aggregate that is gone": (
        '    balance = Sum("amount")\n',
        "",
        Kind.GONE_AGGREGATE,
        "totals.balance",
        "is gone",
    ),
    "another where": (
        "Count()",
        'Count(where="amount > 0")',
        Kind.REPLACED_AGGREGATE,
        "totals.payments",
        "was Count() and is Count(where='amount > 0')",
    ),
    "another column beside": (
        'count="times"',
        'count="often"',
        Kind.REPLACED_AGGREGATE,
        "totals.usual",
        "count='often'",
    ),
    "another report": ("AS one", "AS two", Kind.REPORTS, "report", "another query"),
}


def declared(folder: Path, text: str) -> Model:
    path = folder / "model.py"
    path.write_text(text)
    return load_model(str(path))


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_found_and_classed(name: str, tmp_path: Path) -> None:
    old, new, kind, place, what = CHANGES[name]
    assert old in BEFORE
    before = as_json(declared(tmp_path, BEFORE))
    after = as_json(declared(tmp_path, BEFORE.replace(old, new, 1)))

    # With the group of rows, that of their features changes.
    change, *others = changes_between(before, after)

    assert (change.kind, change.place) == (kind, place)
    assert [other.place for other in others] == (["totals"] if name == "another group" else [])
    assert what in change.what
    assert fingerprint_of(before) != fingerprint_of(after)
    assert (change.kind is Kind.REFUSED) == bool(change.instead)


def test_features_of_other_rows_under_the_same_name_are_made_again(tmp_path: Path) -> None:
    """As when the table of rows was given another name, since a type of a column changed."""
    before = as_json(declared(tmp_path, BEFORE))
    renamed = BEFORE.replace('table="payments"', 'table="payments_2"').replace("max_digits=12", "max_digits=14")

    found = changes_between(before, as_json(declared(tmp_path, renamed)))

    assert [(change.kind, change.place) for change in found] == [
        (Kind.GONE_ROWS, "payments"),
        (Kind.NEW_ROWS, "payments_2"),
        (Kind.REPLACED_FEATURES, "totals"),
    ]


def test_a_function_that_decides_what_a_row_is_cannot_be_compared(tmp_path: Path) -> None:
    function = (
        "    @field_validator('holder')\n    @classmethod\n    def short(cls, text: str) -> str:\n        return text\n"
    )
    imported = BEFORE.replace("from models", "from pydantic import field_validator\nfrom models", 1)
    plain = as_json(declared(tmp_path, BEFORE))
    deciding = as_json(declared(tmp_path, imported.replace("    holder: str\n", f"    holder: str\n\n{function}", 1)))

    assert [change.kind for change in changes_between(plain, deciding)] == [Kind.REFUSED]
    assert [change.kind for change in changes_between(deciding, plain)] == [Kind.NOTHING]


@st.composite
def models(draw: st.DrawFn) -> Model:
    features = draw(feature_tables())
    return Model("thing.py", "", (features.rows,), (features,))


@given(models(), models())
def test_models_differ_if_their_fingerprints_do(one: Model, other: Model) -> None:
    before, after = as_json(one), as_json(other)

    assert bool(changes_between(before, after)) == (fingerprint_of(before) != fingerprint_of(after))
    assert bool(changes_between(before, after)) == bool(changes_between(after, before))
    assert changes_between(before, json.loads(json.dumps(before))) == []


UNDONE: dict[Kind, Callable[[Change], bool]] = {
    Kind.NEW_ROWS: lambda back: back.kind is Kind.GONE_ROWS,
    Kind.NEW_COLUMN: lambda back: back.kind is Kind.GONE_COLUMN,
    Kind.NEW_FEATURES: lambda back: back.kind is Kind.GONE_FEATURES,
    Kind.NEW_AGGREGATE: lambda back: back.kind is Kind.GONE_AGGREGATE,
    Kind.REPLACED_AGGREGATE: lambda back: back.kind is Kind.REPLACED_AGGREGATE,
}


@pytest.mark.parametrize("name", [name for name, change in CHANGES.items() if change[2] in UNDONE])
def test_what_is_added_can_be_taken_back(name: str, tmp_path: Path) -> None:
    old, new, kind, *_ = CHANGES[name]
    before = as_json(declared(tmp_path, BEFORE))
    after = as_json(declared(tmp_path, BEFORE.replace(old, new, 1)))

    [back] = changes_between(after, before)

    assert UNDONE[kind](back)
