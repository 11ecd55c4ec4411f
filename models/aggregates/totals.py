"""Sum, Mean and StdDev: what follows from the count, the sum and the sum of squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from models.aggregates.aggregate import NUMBERS, AggregateOfValue, Columns, OutputColumn, divisor_of
from models.expressions.syntax import Arithmetic
from models.expressions.value_types import ExpressionError, arithmetic_type
from models.states.totals import MAX_SUM_DIGITS, ROW_DIGITS, Tally, Total
from models.types.column_types import AnyNumber

_DIGITS_OF_INT64: Final = 19

if TYPE_CHECKING:
    from models.aggregates.plain_sql import GroupedRows, PlainSql


@dataclass(frozen=True)
class _OfTotals(AggregateOfValue):
    takes = NUMBERS

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:  # noqa: ARG002  # the same for all
        return (OutputColumn(name, AnyNumber(), optional=True),)

    def _total(self, columns: Columns) -> Total:
        return Total(self.condition(columns), self.expression(columns))

    def _tally(self, columns: Columns) -> Tally:
        return Tally(self.condition(columns), (self.expression(columns),))


@dataclass(frozen=True)
class Sum(_OfTotals):
    """The sum of a number, exactly; 0 if nothing counts. SQL: `coalesce(sum(value), 0)`."""

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`coalesce(sum(value), 0)`."""
        from sqlalchemy import func  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        from models.aggregates.plain_sql import PlainSql, filtered  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        return PlainSql({name: func.coalesce(filtered(func.sum(rows.value(self.value)), rows, self.where), 0)})

    def _outputs(self, name: str, columns: Columns) -> tuple[OutputColumn, ...]:  # noqa: ARG002  # the same for all
        return (OutputColumn(name, AnyNumber(), optional=False),)

    def states(self, columns: Columns) -> tuple[Total]:
        return (self._total(columns),)

    def values(self, name: str, *states: Sequence[pa.Array]) -> dict[str, pa.Array]:
        return {name: states[0][0]}


@dataclass(frozen=True)
class Mean(_OfTotals):
    """The sum of a number, divided by how many there are, as Postgres divides. SQL: `sum(value) / count(value)`."""

    def states(self, columns: Columns) -> tuple[Total, Tally]:
        return self._total(columns), self._tally(columns)

    def values(self, name: str, *states: Sequence[pa.Array]) -> dict[str, pa.Array]:
        """The sum, NULL if nothing counts, and how many there are: the statement divides it by that."""
        [total], [tally] = states
        return {name: _where(pc.greater(tally, 0), total), divisor_of(name): tally}

    def plain_values(self, name: str, *states: Sequence[Any]) -> dict[str, Any]:
        [totals], [tallies] = states
        means = [total if tally > 0 else None for total, tally in zip(totals, tallies, strict=True)]
        return {name: means, divisor_of(name): tallies}

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`avg(value)`."""
        from sqlalchemy import func  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        from models.aggregates.plain_sql import PlainSql, filtered  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        return PlainSql({name: filtered(func.avg(rows.value(self.value)), rows, self.where)})


@dataclass(frozen=True)
class StdDev(_OfTotals):
    """The standard deviation of a sample, as Postgres rounds it; NULL for fewer than two. SQL: `stddev_samp(value)`."""

    def states(self, columns: Columns) -> tuple[Total, Total, Tally]:
        value = self.expression(columns)
        digits = 2 * (value.type.digits + ROW_DIGITS) + 1
        if digits > MAX_SUM_DIGITS:
            raise ExpressionError(
                f"{self.value} may have {value.type.digits} digits, of which squares, multiplied by how many rows "
                f"there are, have {digits}, and at most {MAX_SUM_DIGITS} are held exactly: declare smaller limits "
                "(Field(ge=…, le=…)) or fewer digits for its columns"
            )
        squares = Total(
            self.condition(columns), Arithmetic("*", value, value, arithmetic_type("*", value.type, value.type))
        )
        return self._total(columns), squares, self._tally(columns)

    def values(self, name: str, *states: Sequence[pa.Array]) -> dict[str, pa.Array]:
        """The count * the sum of squares - the square of the sum, NULL for fewer than two; and the count.

        The statement takes the root of the former divided by count * (count - 1).
        """
        [total], [squares], [tally] = states
        rows = tally.cast(pa.decimal128(_DIGITS_OF_INT64, 0)).cast(pa.decimal256(ROW_DIGITS, 0))
        total = total.cast(pa.decimal256(total.type.precision, total.type.scale))
        squared = pc.multiply_checked(total, total)
        spread = pc.subtract_checked(pc.multiply_checked(rows, squares), squared)
        return {name: _where(pc.greater(tally, 1), spread), divisor_of(name): tally}

    def plain_values(self, name: str, *states: Sequence[Any]) -> dict[str, Any]:
        each = zip(*(column for [column] in states), strict=True)
        spreads = [tally * squares - total * total if tally > 1 else None for total, squares, tally in each]
        return {name: spreads, divisor_of(name): states[2][0]}

    def sql(self, name: str, rows: GroupedRows) -> PlainSql:
        """`stddev_samp(value)`."""
        from sqlalchemy import func  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        from models.aggregates.plain_sql import PlainSql, filtered  # noqa: PLC0415  # SQLAlchemy takes 25 MB, and only where SQL is made

        return PlainSql({name: filtered(func.stddev_samp(rows.value(self.value)), rows, self.where)})


def _where(chosen: pa.Array, values: pa.Array) -> pa.Array:
    return pc.if_else(chosen, values, pa.scalar(None, values.type))
