"""Names of columns, tables and classes that are made from those of files."""

from __future__ import annotations

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.declaration.identifiers import fault_of_column, fault_of_table
from producers.proposal.names import bare_stem, class_name, column_name, literal, singular, table_name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("EMail", "email"),
        ("order_no", "order_no"),
        ("größe", "größe"),
        ("価格", "価格"),
        ("Order ID", "order_id"),
        ("OrderID / Ref.", "order_id_ref"),
        ("Amount (EUR)", "amount"),
        ("(EUR)", "eur"),
        ("class", "class_"),
        ("2024", "column_2024"),
        ("_id", "id"),
        ("%", "column"),
        ("xmin", "xmin_"),
        ("model_config", "model_config_"),
    ],
)
def test_a_header_gives_the_name_of_a_field(header: str, name: str) -> None:
    assert column_name(header, ()) == name


@given(st.lists(st.text(max_size=80), max_size=6))
def test_any_headers_give_names_that_python_and_postgres_take(headers: list[str]) -> None:
    taken: set[str] = set()
    for header in headers:
        name = column_name(header, taken)
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert fault_of_column(name) is None
        assert name not in taken
        taken.add(name)


@given(st.text(max_size=90), st.sets(st.sampled_from(["rows", "date", "loads"])))
def test_any_file_gives_the_names_of_a_table_and_a_class(stem: str, taken: set[str]) -> None:
    table = table_name(stem, taken)
    assert fault_of_table(table, is_topic=True) is None
    assert table not in taken
    assert class_name(table, ()).isidentifier()


@pytest.mark.parametrize(
    ("file", "stem"),
    [
        ("readings_1.csv", "readings"),
        ("statement-2024-03.csv", "statement"),
        ("orders_export_2.csv", "orders"),
        ("2024-01-05 sales.tsv", "sales"),
        ("users.csv", "users"),
        ("2024.csv", "2024"),
        ("Projects (1).csv", "Projects"),
        ("account-statement_2023-01-01_2023-10-31_en.csv", "account-statement_en"),
    ],
)
def test_numbers_and_days_do_not_belong_to_the_name(file: str, stem: str) -> None:
    assert bare_stem(file) == stem


@pytest.mark.parametrize(
    ("word", "one"),
    [
        ("companies", "company"),
        ("boxes", "box"),
        ("users", "user"),
        ("status", "status"),
        ("classes", "class"),
        ("gas", "gas"),
    ],
)
def test_a_plural_has_a_singular(word: str, one: str) -> None:
    assert singular(word) == one


@given(st.text())
def test_a_literal_is_the_text(text: str) -> None:
    assert eval(literal(text)) == text  # noqa: S307  # what was written just now
