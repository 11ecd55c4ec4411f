from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from models.declaration.faults import ModelError
from models.declaration.loading import load_model
from models.declaration.model import Period
from models.declaration.time_limit import time_limit

SHOP = '''
"""A shop."""
from models.declare import *
class Order(Row, table="orders", key=("number", "line"), group="customer", label="sku"):
    number: str
    line: int
    customer: str
    sku: str
    price: Annotated[Decimal, Field(max_digits=12, decimal_places=2)]
    paid: bool
    at: datetime
    tags: Annotated[list[str], Separated(";")]
    note: str | None
class OfCustomer(Features, table="customers", of=Order):
    orders = CountDistinct("number")
    revenue = Sum("price", where="paid")
    tag = MostCommon("tags", count="tag_count", ties="tied_tags")
    last_sku = Last("sku", by="at")
class Months(Features, table="months", of=Order, by=("customer", "month(at)", "sku")):
    orders = Count(where="note is not None")
'''


def fault_of(tmp_path: Path, source: str) -> str:
    file = tmp_path / "declared.py"
    file.write_text(source)
    with pytest.raises(ModelError) as error:
        load_model(str(file))
    return str(error.value).replace(f"{tmp_path}/", "")


def test_the_lab_is_a_model() -> None:
    model = load_model("models.lab")
    assert [rows.name for rows in model.rows] == ["users", "compounds", "experiments"]
    assert [rows.partitioned_by for rows in model.rows] == [("user_id",), ("compound_id",), ("user_id",)]
    assert [output.name for output in model.features[0].outputs] == [
        "total_experiments",
        "total_run_time",
        "average_run_time",
        "total_compounds",
        "top_compound_id",
        "top_compound_count",
        "tied_compound_ids",
    ]


def test_a_file_is_a_model_with_its_groups_and_periods(tmp_path: Path) -> None:
    file = tmp_path / "shop.py"
    file.write_text(SHOP)
    model = load_model(str(file))
    of_customer, months = model.features
    assert model.description == "A shop."
    assert [column.name for column in of_customer.group] == ["customer"]
    assert [(column.name, column.period) for column in months.group] == [
        ("customer", None),
        ("at_month", Period.MONTH),
        ("sku", None),
    ]
    assert [column.optional for column in of_customer.outputs] == [False, False, True, False, False, True]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("price: Annotated[Decimal", "price: float; was: Annotated[Decimal", "9: Order.price: is a float"),
        ("sku: str", "sku: bytes", "8: Order.sku: has the type bytes"),
        ("    number: str", "    number: str | None", "4: Order.key: names number, which may be None"),
        ('key=("number", "line")', 'key="id"', "4: Order.key: names 'id', which is not a column; use one of number"),
        ('key=("number", "line")', 'key="tags"', "4: Order.key: names tags, which is a list"),
        ('key=("number", "line")', 'key=("line", "line")', "4: Order.key: names a column twice"),
        ('key=("number", "line"), ', "", "4: Order: has no key"),
        ('group="customer"', 'group="who"', "4: Order.group: names 'who', which is not a column"),
        ('group="customer"', 'group="note"', "4: Order.group: names note, which may be None"),
        (', group="customer"', "", "14: OfCustomer.of: names Order, which has no group"),
        ('label="sku"', 'label="line"', "4: Order.label: names line, which is not a str"),
        ('label="sku"', "partitions=1", "4: Order.partitions: is 1, into which Postgres cannot well divide a table"),
        ('label="sku"', "partitions=True", "4: Order.partitions: is True"),
        ('label="sku"', 'label="it"', "4: Order.label: names 'it', which is not a column"),
        ('table="orders", ', "", "4: Order.table: has no table"),
        ('table="orders"', 'table="a b"', "4: Order.table: has the table 'a b', which cannot be a topic of Kafka"),
        ('table="orders"', 'table="' + "o" * 64 + '"', "of 64 bytes, and Postgres cuts it"),
        ('table="orders"', 'table="rejects"', "which the engine or Postgres has for itself"),
        ('table="months"', 'table="orders"', "19: Months.table: has the table 'orders', which another class has too"),
        ("    sku: str", "    sku: str = 'x'", "8: Order.sku: has the default 'x'"),
        ("    sku: str", "    sku: str\n    xmin: str", "9: Order.xmin: is the name of a column that Postgres has"),
        ("    sku: str", "    sku: str\n    " + "ä" * 32 + ": str", "of 64 bytes, and Postgres cuts it"),
        ("of=Order, by", "of=Row, by", "19: Months.of: does not name a Row of this file"),
        ('"month(at)"', '"hour(at)"', "19: Months.by: has hour(at); use day, week, month, year"),
        ('"month(at)"', '"month(sku)"', "19: Months.by: has the month of sku, which is a str"),
        ('"month(at)"', '"nothing"', "19: Months.by: has 'nothing', which is not a column"),
        ('"month(at)"', '"note"', "19: Months.by: has note, which may be None"),
        ('by=("customer", ', 'by=("line", ', "19: Months.by: begins with 'line'"),
        ('Sum("price"', 'Sum("sku"', "16: OfCustomer.revenue: Sum takes a number, and sku is a text"),
        ('Sum("price"', 'Sum("price +"', "16: OfCustomer.revenue: 'price +' cannot be read"),
        ('where="paid"', 'where="price"', "16: OfCustomer.revenue: 'price' is a number, and must be true or false"),
        ('"sku", by="at"', '"sku", by="paid"', "18: OfCustomer.last_sku: by='paid' is true or false"),
        ('count="tag_count"', 'count="orders"', "15: OfCustomer.orders: makes the column orders twice"),
        ("    revenue =", "    version =", "16: OfCustomer.version: makes a column version, which each feature table"),
        ('    orders = Count(where="note is not None")', "    pass", "19: Months: has no aggregates"),
        ("number: str", "number: strr", "5: Order.number: has the type"),
        ("    note: str", "    Sku: str", "8: Order.sku: differs from another column in case only"),
        ("    note: str", "    _note: str", "13: Order._note: begins with an underscore"),
        ("sku: str", "sku: str = Field(alias='article')", "8: Order.sku: has an alias"),
        (
            "sku: str",
            "sku: Annotated[str, Header('Number')]",
            "8: Order.sku: has the Header 'number', as another column",
        ),
        ("sku: str", "sku: Annotated[str, Field(pattern='(?=a)')]", "has the pattern '(?=a)': error: look-around"),
        ('label="sku"', 'label="sku", str_to_upper=True', "4: Order: sets str_to_upper of pydantic"),
        ("class Months", "raise OSError('disk')\nclass Months", "19: raises OSError: disk"),
        ("class Months", "raise SystemExit(3)\nclass Months", "19: ends the program"),
        ("class Months", "import not_installed_here\nclass Months", "19: imports what is not there: No module named"),
        ("class Months(", "class Months", "is not Python"),
    ],
)
def test_a_fault_has_its_line_its_class_its_field_and_what_is_wrong(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert SHOP.count(old) >= 1
    assert fault in fault_of(tmp_path, SHOP.replace(old, new))


@pytest.mark.parametrize("statement", ["while True: pass", "__import__('time').sleep(1000)"])
def test_a_statement_that_takes_for_ever_is_reported_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    monkeypatch.setattr("models.declaration.loading.time_limit", partial(time_limit, 0.2))
    found = fault_of(tmp_path, SHOP.replace("class Months", f"{statement}\nclass Months"))
    assert "19: runs for more than 0.2 s; take out what waits or loops" in found


def test_all_faults_are_reported_together_in_the_order_of_the_file(tmp_path: Path) -> None:
    source = (
        SHOP.replace("sku: str", "sku: float").replace('"month(at)"', '"hour(at)"').replace("paid: bool", "paid: x")
    )
    found = fault_of(tmp_path, source).splitlines()[1:]
    assert [line.split(": ")[0] for line in found] == sorted([line.split(": ")[0] for line in found], key=_line)
    assert {"Order.sku", "Order.paid", "Months.by"} <= {line.split(": ")[1] for line in found}


def _line(place: str) -> int:
    return int(place.split(":")[1])


def test_a_column_at_fault_is_reported_once_whatever_reads_it(tmp_path: Path) -> None:
    found = fault_of(tmp_path, SHOP.replace("price: Annotated[Decimal, ", "price: Annotated[float, ")).splitlines()[1:]
    assert [line.split(": ")[1] for line in found] == ["Order.price"]


def test_a_class_that_could_not_be_made_is_reported_once(tmp_path: Path) -> None:
    found = fault_of(tmp_path, SHOP.replace("    line: int", "    line: int = Missing()"))
    assert (
        "declared.py:6: Order: raises NameError: name 'Missing' is not defined; use one of Amount, Annotated, " in found
    )
    assert "name 'Order' is not defined" not in found


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no/such/file.py", "cannot be read: No such file or directory"),
        ("models.nowhere", "is not a module that can be imported"),
        ("no.such.module", "cannot be imported"),
    ],
)
def test_a_model_that_is_not_there_is_reported(name: str, reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        load_model(name)


def test_a_file_without_a_row_is_reported(tmp_path: Path) -> None:
    assert "declared.py:1: declares no Row" in fault_of(tmp_path, "x = 1")


def test_a_file_of_more_than_64_kilobytes_is_not_run(tmp_path: Path) -> None:
    assert "at most 65,536 are read" in fault_of(tmp_path, "raise OSError\n" + "#" * 64 * 1024)


def test_a_column_may_have_any_name_that_python_takes(tmp_path: Path) -> None:
    file = tmp_path / "declared.py"
    file.write_text(SHOP.replace("    note: str", "    declared: str").replace("note is", "declared is"))
    assert "declared" in load_model(str(file)).rows[0].types
