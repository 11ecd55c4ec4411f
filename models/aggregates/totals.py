"""Sum, Mean and StdDev: what follows from the count, the sum and the sum of squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Numeric

from models.aggregates.aggregate import NUMBERS, AggregateOfValue, Columns, OutputColumn, StateColumns, divisor_of
from models.expressions.syntax import Arithmetic
from models.expressions.value_types import ExpressionError, arithmetic_type
from models.states.totals import MAX_SUM_DIGITS, ROW_DIGITS, Tally, Total

_DIGITS_OF_INT64: Final = 19


@dataclass(frozen=True)
class _OfTotals(AggregateOfValue):
    takes = NUMBERS

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:  # noqa: ARG002  # the same for all
        return (OutputColumn(name, Numeric(), optional=True),)

    def _total(self, columns: Columns) -> Total:
        return Total(self.condition(columns), self.expression(columns))

    def _tally(self, columns: Columns) -> Tally:
        return Tally(self.condition(columns), (self.expression(columns),))


@dataclass(frozen=True)
class Sum(_OfTotals):
    """The sum of a number, exactly; 0 if nothing counts. SQL: `coalesce(sum(value), 0)`."""

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:  # noqa: ARG002  # the same for all
        return (OutputColumn(name, Numeric(), optional=False),)

    def states(self, columns: Columns) -> tuple[Total]:
        return (self._total(columns),)

    def values(self, name: str, columns: Columns, state: StateColumns) -> dict[str, pa.Array]:
        return {name: state(self._total(columns))[0]}


@dataclass(frozen=True)
class Mean(_OfTotals):
    """The sum of a number, divided by how many there are, as Postgres divides. SQL: `sum(value) / count(value)`."""

    def states(self, columns: Columns) -> tuple[Total, Tally]:
        return self._total(columns), self._tally(columns)

    def values(self, name: str, columns: Columns, state: StateColumns) -> dict[str, pa.Array]:
        """The sum, NULL if nothing counts, and how many there are: the statement divides it by that."""
        [total], [tally] = map(state, self.states(columns))
        return {name: _where(pc.greater(tally, 0), total), divisor_of(name): tally}


@dataclass(frozen=True)
class StdDev(_OfTotals):
    """The standard deviation of a sample, to 12 digits; NULL for fewer than two. SQL: `stddev_samp(value)`."""

    def states(self, columns: Columns) -> tuple[Total, Total, Tally]:
        value = self.expression(columns)
        digits = 2 * (value.type.digits + ROW_DIGITS) + 1
        if digits > MAX_SUM_DIGITS:
            raise ExpressionError(
                f"{self.value} may have {value.type.digits} digits, of which squares, multiplied by how many rows there "
                f"are, have {digits}, and at most {MAX_SUM_DIGITS} are held exactly: declare smaller limits "
                "(Field(ge=…, le=…)) or fewer digits for its columns"
            )
        squares = Total(
            self.condition(columns), Arithmetic("*", value, value, arithmetic_type("*", value.type, value.type))
        )
        return self._total(columns), squares, self._tally(columns)

    def values(self, name: str, columns: Columns, state: StateColumns) -> dict[str, pa.Array]:
        """n * sum of squares - square of the sum, NULL for fewer than two, and n, as how many there are is called
        here: the statement takes the root of the former divided by n * (n - 1).
        """
        [total], [squares], [tally] = map(state, self.states(columns))
        rows = tally.cast(pa.decimal128(_DIGITS_OF_INT64, 0)).cast(pa.decimal256(ROW_DIGITS, 0))
        total = total.cast(pa.decimal256(total.type.precision, total.type.scale))
        squared = pc.multiply_checked(total, total)
        spread = pc.subtract_checked(pc.multiply_checked(rows, squares), squared)
        return {name: _where(pc.greater(tally, 1), spread), divisor_of(name): tally}


def _where(chosen: pa.Array, values: pa.Array) -> pa.Array:
    return pc.if_else(chosen, values, pa.scalar(None, values.type))
