"""What names a row, and by which column features are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.producers.proposal.proposing import proposed_of

ACCOUNTS = "account_no,holder\nA-1,Ada Winter\nA-2,Bo Lind\nA-3,Cy Roth\n"


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows)) + "\n"


def test_a_column_called_after_its_table_is_the_key_wherever_it_stands(tmp_path: Path) -> None:
    rows = (f"name {number},ref-{number},{number}" for number in range(30))
    assert proposed_of(tmp_path, parts=table("title,reference,part_id", *rows)).rows("parts").key == ("part_id",)


def test_a_key_that_repeats_is_taken_with_a_question(tmp_path: Path) -> None:
    rows = [f"D-{number},{number}.5" for number in range(20)]
    found = proposed_of(tmp_path, devices=table("device,height", *rows, "D-3,77.5"))
    assert found.rows("devices").key == ("device",)
    assert "rows that repeat device within a file: 1; the later one counts" in found.questions_of("devices")


def test_rows_that_are_alike_in_all_columns_are_one_row(tmp_path: Path) -> None:
    rows = [f"D-{number},{number}.5" for number in range(20)]
    assert "repeat" not in proposed_of(tmp_path, devices=table("device,height", *rows, *rows)).questions_of("devices")


def test_two_columns_are_the_key_if_none_alone_is(tmp_path: Path) -> None:
    rows = [f"{order},{line},{order * 3 % 7}" for order in range(1, 20) for line in (1, 2, 3)]
    assert proposed_of(tmp_path, order_lines=table("order_no,line,quantity", *rows)).rows("order_lines").key == (
        "order_no",
        "line",
    )


def test_without_a_key_the_whole_row_is_one_and_it_is_asked(tmp_path: Path) -> None:
    rows = [f"2024-01-{1 + n // 9:02d},{'abc'[n % 3]},{n % 5}.50,{n * 7 % 11}.25" for n in range(90)]
    found = proposed_of(tmp_path, movements=table("day,payee,amount,remaining", *rows))
    assert found.rows("movements").key == ("day", "payee", "amount", "remaining")
    assert "is there a column that numbers the rows?" in found.questions_of("movements")


def test_numbers_that_begin_again_in_each_file_are_not_a_key(tmp_path: Path) -> None:
    def readings(device: str, start: int) -> str:
        rows = [f"{number},{device},2024-01-01T10:{number:02d}:00Z,{start + number}.5" for number in range(1, 50)]
        return table("number,device,taken_at,level", *rows)

    found = proposed_of(tmp_path, log_1=readings("a", 0), log_2=readings("b", 100), log_3=readings("c", 200))
    assert found.rows("log").key in {("device", "taken_at"), ("number", "device")}


def test_rows_of_an_earlier_file_may_be_corrected_by_a_later_one(tmp_path: Path) -> None:
    first = [f"{number},{number}.5" for number in range(1, 40)]
    found = proposed_of(
        tmp_path, sales_1=table("sale_id,amount", *first), sales_2=table("sale_id,amount", "3,77.5", "4,78.5")
    )
    assert found.rows("sales").key == ("sale_id",)
    assert "repeat sale_id of an earlier file, and replace its rows" in found.questions_of("sales")


def test_the_key_of_another_file_is_the_group(tmp_path: Path) -> None:
    payments = [f"P-{number},A-{1 + number % 3},{number}.50" for number in range(12)]
    found = proposed_of(tmp_path, accounts=ACCOUNTS, payments=table("payment_no,account_no,amount", *payments))
    assert (found.rows("payments").group, found.rows("accounts").group) == ("account_no", None)
    assert found.rows("accounts").label == "holder"
    assert {features.name for features in found.model.features} == {"account_features"}


def test_values_show_a_reference_that_names_do_not(tmp_path: Path) -> None:
    payments = [f"P-{number},A-{1 + number % 3},{number}.50" for number in range(12)]
    found = proposed_of(tmp_path, accounts=ACCOUNTS, payments=table("payment_no,debtor,amount", *payments))
    assert found.rows("payments").group == "debtor"


def test_of_two_references_that_to_people_is_the_group_and_the_other_is_asked(tmp_path: Path) -> None:
    orders = [f"{number},S-{number % 2},c{number % 4}@example.org,{number}.50" for number in range(1, 20)]
    found = proposed_of(
        tmp_path,
        products="sku,title\nS-0,Tea\nS-1,Cup\n",
        customers="email,name\n" + "".join(f"c{number}@example.org,N{number}\n" for number in range(4)),
        orders=table("order_id,sku,customer_email,amount", *orders),
    )
    assert found.rows("orders").group == "customer_email"
    assert "group: or features by sku?" in found.questions_of("orders")


def test_the_key_is_what_other_files_refer_to(tmp_path: Path) -> None:
    orders = [f"{number},c{number % 4}@example.org,{number}.50" for number in range(1, 20)]
    found = proposed_of(
        tmp_path,
        customers="customer_id,email\n" + "".join(f"{9 + number},c{number}@example.org\n" for number in range(4)),
        orders=table("order_id,email,amount", *orders),
    )
    assert (found.rows("customers").key, found.rows("orders").group) == (("email",), "email")


def test_rows_that_refer_to_nothing_are_grouped_by_what_repeats_with_a_question(tmp_path: Path) -> None:
    rows = [f"{number},station {number % 4},{number}.5" for number in range(1, 30)]
    found = proposed_of(tmp_path, readings=table("reading_id,station,level", *rows))
    assert found.rows("readings").group == "station"
    assert "are features wanted by station" in found.questions_of("readings")


@pytest.mark.parametrize(("days", "period"), [(1, None), (5, "day"), (40, "month")])
def test_features_are_kept_by_the_period_that_the_rows_span(days: int, period: str | None, tmp_path: Path) -> None:
    rows = [f"{n},s{n % 3},2024-{1 + n % days // 28:02d}-{1 + n % days % 28:02d},{n}.5" for n in range(1, 90)]
    found = proposed_of(tmp_path, readings=table("reading_id,station,day,level", *rows))
    periods = [column.period for features in found.model.features for column in features.group if column.period]
    assert periods == ([period] if period else [])
