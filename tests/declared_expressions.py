"""Random expressions over columns of all types, and random rows of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from models.types.column_types import (
    Bounds,
    Column,
    ColumnType,
    Day,
    ExactDecimal,
    Flag,
    Identifier,
    Instant,
    TextType,
    WholeNumber,
)

COLUMNS: Final[Mapping[str, ColumnType]] = {
    "small": WholeNumber(Bounds(ge=-1000, le=1000)),
    "great": WholeNumber(),
    "number": Identifier(),
    "price": ExactDecimal(12, 2),
    "weight": ExactDecimal(20, 10),
    "name": TextType(),
    "other": TextType(),
    "paid": Flag(),
    "sent": Flag(),
    "joined": Day(),
    "ordered_at": Instant(),
}
DECLARED: Final = tuple(Column(name, kind, optional=True) for name, kind in COLUMNS.items())

_TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=3)
_VALUES: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "small": st.integers(-1000, 1000),
    "great": st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0, 2**63 - 1, -(2**63)]),
    "number": st.integers(1, 2**63 - 1),
    "price": st.decimals(Decimal(-(10**10)) + 1, Decimal(10**10) - 1, places=2),
    "weight": st.decimals(Decimal(-(10**10)) + 1, Decimal(10**10) - 1, places=10),
    "name": _TEXT,
    "other": _TEXT,
    "paid": st.booleans(),
    "sent": st.booleans(),
    # The driver of Postgres makes infinities of the calendar's two ends.
    "joined": st.dates(date(1, 1, 2), date(9999, 12, 30)),
    "ordered_at": st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
}


def rows() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows of these columns; each value may be None."""
    return st.lists(st.fixed_dictionaries({name: st.none() | _VALUES[name] for name in COLUMNS}), max_size=6)


def numbers(max_leaves: int = 3) -> st.SearchStrategy[str]:
    """Texts of expressions that are numbers; small enough that their digits are held."""
    leaves = st.sampled_from(["small", "great", "number", "price", "weight", "0", "7", "2.5", "1e2", "-3"])
    return st.recursive(
        leaves,
        lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
        max_leaves=max_leaves,
    )


def conditions() -> st.SearchStrategy[str]:
    """Texts of expressions that are true or false."""
    compare = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    texts = st.sampled_from(["name", "other", "'a'", "''", "'Z'"])
    times = st.sampled_from(
        [("joined", "'2024-02-29'"), ("ordered_at", "'2024-02-29T10:00:00Z'"), ("joined", "joined")]
    )
    leaves = st.one_of(
        st.sampled_from(["paid", "sent", "paid == sent", "paid != True", "0 < small <= 9"]),
        st.sampled_from(["name in ('a', 'Z')", "small not in (0, 7, price)", "joined in ('2024-02-29', joined)"]),
        st.builds("{} {} {}".format, numbers(2), compare, numbers(2)),
        st.builds("{} {} {}".format, texts, compare, texts),
        st.builds(lambda pair, sign: f"{pair[0]} {sign} {pair[1]}", times, compare),
        st.builds("{} is {}None".format, st.sampled_from(list(COLUMNS)), st.sampled_from(["", "not "])),
    )
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner)
            | st.builds("(not {})".format, inner)
        ),
        max_leaves=4,
    )
