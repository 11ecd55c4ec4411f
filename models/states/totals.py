"""Totals: how many rows count, how many values they list, and the sum of a number, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import add
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from models.expressions.syntax import ColumnValue, Expression, columns_of
from models.expressions.value_types import ExpressionError
from models.states.numbering import Integers, are_zero, integers_of, of_integers
from models.states.plain_rows import PlainRows
from models.states.signed_rows import CountedRows, SignedRows
from models.states.state import ArrowTypes, Flags, Merged, Plain, State

ROW_DIGITS: Final = 12
"""Digits of how many rows a group may have."""
MAX_SUM_DIGITS: Final = 75
"""One less than Arrow's decimal256 has, since it wants one more for a sum than is needed."""
_MAX_DECIMAL128_SUM: Final = 37
_DIGITS_OF_INT64: Final = 19
_SAFE_SUM: Final = 2**62
_INT64_LIMIT: Final = 2**63


@dataclass(frozen=True)
class _Total(State):
    """A number that adds up."""

    def empty(self, groups: int, columns: ArrowTypes) -> list[pa.Array]:
        return [of_integers(np.zeros(groups, np.int64), kind) for kind in self.types(columns)]

    def is_some(self, columns: Sequence[pa.Array]) -> Flags:
        found: Flags = ~are_zero(columns[0])
        return found

    def merged(self, before: Sequence[pa.Array], delta: Sequence[pa.Array], counted: Integers) -> Merged:  # noqa: ARG002  # the same for all
        total = pc.add_checked(before[0], delta[0])
        # The cast fails if a sum has more digits than rows so many can make.
        return Merged([total if total.type == before[0].type else total.cast(before[0].type)], None)

    def plain_empty(self) -> tuple[int]:
        return (0,)

    def plain_are_some(self, columns: Plain) -> list[bool]:
        return list(map(bool, columns[0]))

    def plain_merged(self, before: Plain, delta: Plain, counted: Sequence[int]) -> Plain | None:  # noqa: ARG002  # the same for all
        totals = list(map(add, before[0], delta[0]))
        return [totals] if -self.limit < min(totals) and max(totals) < self.limit else None

    @cached_property
    def limit(self) -> int:
        """What is more than the total may be."""
        return _INT64_LIMIT


@dataclass(frozen=True)
class Tally(_Total):
    """How many rows count.

    Attributes:
        values: those of which one that is NULL keeps the row from counting.
    """

    values: tuple[Expression, ...] = ()

    def for_rows(self, optional: frozenset[str], key: Sequence[Expression]) -> Tally:  # noqa: ARG002  # the same for all
        return replace(self, values=tuple(value for value in self.values if columns_of(value) & optional))

    def reads(self) -> tuple[Expression, ...]:
        return self.values

    def types(self, columns: ArrowTypes) -> list[pa.DataType]:  # noqa: ARG002  # the same for all
        return [pa.int64()]

    def delta(self, rows: SignedRows) -> list[pa.Array]:
        return [pa.array(rows.counted(self.where, self.values).summed())]

    def plain_delta(self, rows: PlainRows) -> Plain:
        signs = rows.signs
        return [[sum([signs[at] for at in places]) for places in rows.counted(self.where, self.values)]]


@dataclass(frozen=True)
class ListedTally(_Total):
    """How many values a list column holds, repeats counted."""

    column: ColumnValue

    def reads(self) -> tuple[Expression, ...]:
        return (self.column,)

    def types(self, columns: ArrowTypes) -> list[pa.DataType]:  # noqa: ARG002  # the same for all
        return [pa.int64()]

    def delta(self, rows: SignedRows) -> list[pa.Array]:
        counted = rows.counted(self.where, [self.column])
        return [pa.array(counted.summed(pc.list_value_length(counted.columns[0]).to_numpy().astype(np.int64)))]

    def plain_delta(self, rows: PlainRows) -> Plain:
        lists, signs = rows.values(self.column), rows.signs
        groups = rows.counted(self.where, [self.column])
        return [[sum([len(lists[at]) * signs[at] for at in places]) for places in groups]]


@dataclass(frozen=True)
class Total(_Total):
    """The sum of a number, as a decimal that holds it for as many rows as there can be.

    Raises:
        ExpressionError: there is no such decimal.
    """

    value: Expression

    def __post_init__(self) -> None:
        if self.value.type.digits + ROW_DIGITS > MAX_SUM_DIGITS:
            raise ExpressionError(
                f"its total may have {self.value.type.digits + ROW_DIGITS} digits ({self.value.type.digits} of a value "
                f"and {ROW_DIGITS} for as many rows), and at most {MAX_SUM_DIGITS} are held exactly: declare smaller "
                "limits (Field(ge=…, le=…)) or fewer digits for its columns"
            )

    @property
    def type(self) -> pa.DataType:
        """Of the sum."""
        digits = self.value.type.digits + ROW_DIGITS
        wide = digits > _MAX_DECIMAL128_SUM
        return (pa.decimal256 if wide else pa.decimal128)(digits, self.value.type.decimals)

    def reads(self) -> tuple[Expression, ...]:
        return (self.value,)

    def types(self, columns: ArrowTypes) -> list[pa.DataType]:  # noqa: ARG002  # it follows from the declaration
        return [self.type]

    def delta(self, rows: SignedRows) -> list[pa.Array]:
        counted = rows.counted(self.where, [self.value])
        numbers = integers_of(counted.columns[0])
        if numbers is None or _may_overflow(numbers):
            return [_exact_sums(counted, self.type)]
        return [of_integers(counted.summed(numbers), self.type)]

    def plain_delta(self, rows: PlainRows) -> Plain:
        values, signs = rows.values(self.value), rows.signs
        groups = rows.counted(self.where, [self.value])
        return [[sum([values[at] * signs[at] for at in places]) for places in groups]]

    @cached_property
    def limit(self) -> int:
        limit: int = 10 ** (self.value.type.digits + ROW_DIGITS)
        return limit


def _may_overflow(numbers: Integers) -> bool:
    if not len(numbers):
        return False
    return max(int(numbers.max()), -int(numbers.min())) * len(numbers) > _SAFE_SUM


def _exact_sums(rows: CountedRows, kind: pa.DataType) -> pa.Array:
    [values] = rows.columns
    if pa.types.is_int64(values.type):
        values = values.cast(pa.decimal128(_DIGITS_OF_INT64, 0))
    values = values.cast(kind)
    signed = pc.if_else(pa.array(rows.signs < 0), pc.negate(values), values)
    grouped = pa.table({"code": rows.codes, "value": signed}).group_by("code", use_threads=False)
    sums = grouped.aggregate([("value", "sum")]).combine_chunks()
    # A group of which no row counts takes the last sum, a zero.
    places: NDArray[Any] = np.full(len(rows.first) - 1, len(sums), np.int64)
    places[sums["code"].to_numpy()] = np.arange(len(sums))
    found = pa.concat_arrays([*sums["value_sum"].cast(kind).chunks, of_integers(np.zeros(1, np.int64), kind)])
    return found.take(pa.array(places))
