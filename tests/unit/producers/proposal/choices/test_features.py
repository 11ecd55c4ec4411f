"""Features are proposed of what can be summed up, and of nothing else."""

from __future__ import annotations

from pathlib import Path

from tests.unit.producers.proposal.proposing import proposed_of


def test_of_rows_that_only_all_columns_name_the_measures_are_summed_up(tmp_path: Path) -> None:
    rows = [f"A{number % 3};0{number % 9 + 1}.03.2024;food;{number % 7},50;{number % 5},25" for number in range(60)]
    proposed = proposed_of(tmp_path, bookings="account;booked;kind;amount;balance\n" + "\n".join([*rows, ""]))
    [bookings] = proposed.proposal.kinds
    assert len(bookings.key) == 5
    aggregates = bookings.features[0].aggregates
    assert aggregates["total_amount"] == 'Sum("amount")'
    assert "total_balance" not in aggregates
    assert aggregates["average_balance"] == 'Mean("balance")'


def test_numbers_of_lines_and_flags_are_not_summed_up(tmp_path: Path) -> None:
    rows = [f"O{number // 3},{number % 3},{number % 9},{number % 2},{number}.25" for number in range(60)]
    proposed = proposed_of(tmp_path, lines="order_no,line,quantity,error_flags,cost\n" + "\n".join([*rows, ""]))
    [lines] = proposed.proposal.kinds
    names = {name for features in lines.features for name in features.aggregates}
    assert "total_quantity" in names
    assert not {name for name in names if name.endswith(("_line", "total_error_flags", "average_error_flags"))}


def test_amounts_that_were_paid_are_summed_and_a_part_of_the_key_is_counted(tmp_path: Path) -> None:
    orders = "".join(f"O{n},C{n % 3},2024-03-0{n} 10:15\n" for n in range(1, 9))
    items = "".join(f"O{n},{m},{'AB'[m % 2]},{n}.5\n" for n in range(1, 9) for m in (1, 2, 3))
    found = proposed_of(
        tmp_path,
        orders="order,customer,ordered_at\n" + orders,
        products="sku,title\nA,Apple\nB,Bread\n",
        order_items="order,line,sku,paid out\n" + items,
    )
    features = found.model.features_named("product_features").aggregates
    assert {"total_paid_out", "different_order"} <= features.keys()
    assert "top_order" not in features
