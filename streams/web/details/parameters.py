"""What requests for one group, one row or one column may ask for, and the keys in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field

from models.types.column_types import AnyNumber, Day, ExactDecimal, WholeNumber
from models.wire.conversions import converter
from models.wire.definition import Definition, NotARowError, json_of_bytes
from models.wire.keys import key_values
from streams.queries.details import ROWS_SORTED, DistributionQuery, HistoryQuery, RowsQuery
from streams.web.parameters import Parameters, QueryError, one_of

if TYPE_CHECKING:
    from models.aggregates.aggregate import OutputColumn
    from models.declaration.model import FeatureTable, Model

_KEY = "as in the records of Kafka: the JSON of its value, of several columns an array of them"


class GroupRowsAsked(Parameters):
    """Parameters of `/report/rows`."""

    table: str = Field(description="a feature table")
    key: str = Field(max_length=10_000, description=f"of the group, {_KEY}")
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=ROWS_SORTED, description="rows left out before the first")

    def query(self, model: Model) -> RowsQuery:
        """The same, as it is read.

        Raises:
            QueryError: there is no such table, or the key is not one of it.
        """
        tables = {table.name: table for table in model.features}
        features = tables[one_of(tables, "table", self.table)]
        try:
            group = _group_values(features, self.key)
        except NotARowError as error:
            raise _wrong_key(self.key, error, [group.name for group in features.group]) from None
        return RowsQuery(features.name, group, self.limit, self.offset)


class HistoryAsked(Parameters):
    """Parameters of `/report/history`."""

    table: str = Field(description="a table of rows")
    key: str = Field(max_length=10_000, description=f"of the row, {_KEY}")

    def query(self, model: Model) -> HistoryQuery:
        """The same, as it is read.

        Raises:
            QueryError: there is no such table, or the key is not one of it.
        """
        tables = {table.name: table for table in model.rows}
        rows = tables[one_of(tables, "table", self.table)]
        try:
            found = key_values(Definition(rows, rows.key), self.key.encode(errors="replace"))
        except NotARowError as error:
            raise _wrong_key(self.key, error, rows.key) from None
        return HistoryQuery(rows.name, tuple(found[name] for name in rows.key), self.key)


class DistributionAsked(Parameters):
    """Parameters of `/report/distribution`."""

    table: str = Field(description="a feature table")
    column: str | None = Field(None, description="one of its columns of numbers; the first one, if left out")

    def query(self, model: Model) -> DistributionQuery:
        """The same, as it is read.

        Raises:
            QueryError: there is no such table, or no such column of numbers.
        """
        tables = {table.name: table for table in model.features}
        features = tables[one_of(tables, "table", self.table)]
        numbers = [output.name for output in features.outputs if is_measure(output)]
        if not numbers:
            raise QueryError(f"table={features.name}: none of its columns holds numbers that can be counted by size")
        return DistributionQuery(features.name, one_of(numbers, "column", self.column))


def is_measure(output: OutputColumn) -> bool:
    """Whether a column of features holds numbers of which people ask how large they are; ids are none."""
    return isinstance(output.type, AnyNumber | ExactDecimal) or type(output.type) is WholeNumber


def _group_values(features: FeatureTable, key: str) -> tuple[Any, ...]:
    own = [group.name for group in features.group if group.period is None]
    try:
        found = json_of_bytes(key.encode(errors="replace"))
    except (ValueError, RecursionError) as error:
        raise NotARowError(None, f"is not JSON: {error}") from None
    parts = [found] if len(features.group) == 1 else found
    if not isinstance(parts, list) or len(parts) != len(features.group):
        raise NotARowError(None, f"is not a JSON array of {len(features.group)} values")
    by_name = {group.name: part for group, part in zip(features.group, parts, strict=True)}
    values = Definition(features.rows, own).read(by_name)
    return tuple(
        values[group.name] if group.period is None else _day(group.name, by_name[group.name])
        for group in features.group
    )


def _day(name: str, part: object) -> date:
    try:
        found = converter(Day())(part)
    except ValueError as error:
        raise NotARowError(name, str(error)) from None
    assert isinstance(found, date)  # noqa: S101  # else it raised
    return found


def _wrong_key(key: str, error: NotARowError, names: Sequence[str]) -> QueryError:
    at = f"{error.field}: " if error.field else ""
    shown = key if len(key) <= 80 else f"{key[:80]}…"  # noqa: PLR2004  # enough to recognise it
    return QueryError(f"key={shown}: {at}{error.reason}; give the JSON of {', '.join(names)}")
