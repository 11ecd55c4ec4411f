"""Limits that `Field` declares, checked by columns: which rows keep them.

What cannot be compared here exactly as pydantic does counts as not kept; the definition then decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import Field, TypeAdapter, ValidationError

from models.declaration.model import RowTable
from models.types.column_types import (
    Bounds,
    ColumnType,
    Day,
    ExactDecimal,
    Identifier,
    Instant,
    ListType,
    TextType,
    WholeNumber,
)

Flags: TypeAlias = NDArray[np.bool_]
Check = Callable[[pa.Array], pa.Array]
"""Whether each value keeps a limit."""

_COMPARISONS = {"ge": pc.greater_equal, "gt": pc.greater, "le": pc.less_equal, "lt": pc.less}


class Limits:
    """The limits of a table's columns."""

    def __init__(self, table: RowTable) -> None:
        """Take them from the declaration."""
        self._checks = {column.name: list(limit_checks(column.type)) for column in table.columns}

    def kept(self, rows: pa.RecordBatch) -> Flags:
        """Whether each row keeps them; NULL does."""
        kept: Flags = np.ones(len(rows), np.bool_)
        for name, checks in self._checks.items():
            for check in checks:
                kept &= np.asarray(pc.fill_null(check(rows.column(name)), True))  # noqa: FBT003  # an Arrow value
        return kept


def limit_checks(kind: ColumnType) -> Iterator[Check]:
    """Checks of the values of a column of this type; what the type's form says already needs none."""
    match kind:
        case Identifier():
            pass  # its form says it all
        case WholeNumber(bounds) | ExactDecimal(bounds=bounds) | Day(bounds) | Instant(bounds):
            yield from _bounds(kind, bounds)
        case TextType(least, most, pattern):
            yield from _lengths(pc.utf8_length, least, most)
            if pattern is not None:
                yield _matches(pattern)
        case ListType(item=item, min_length=least, max_length=most):
            yield from _lengths(pc.list_value_length, least, most)
            for check in limit_checks(item):
                yield _each(check)


def _bounds(kind: ColumnType, bounds: Bounds) -> Iterator[Check]:
    for name, limit in bounds._asdict().items():
        if limit is not None:
            yield _comparison(kind, _COMPARISONS[name], limit)


def _comparison(kind: ColumnType, compare: Callable[..., Any], limit: Any) -> Check:  # noqa: ANN401  # of any column
    if isinstance(kind, ExactDecimal):
        limit = Decimal(limit)
    limit = in_utc(limit)
    try:
        scalar = pa.scalar(limit) if isinstance(kind, ExactDecimal) else pa.scalar(limit, kind.arrow)
        compare(pa.array([], kind.arrow), scalar)
    except (pa.ArrowException, OverflowError):
        return _unknown
    return lambda values: compare(values, scalar)


def in_utc(limit: Any) -> Any:  # noqa: ANN401  # of any column
    """A limit of moments that names no zone means UTC; any other is as it stands."""
    return limit.replace(tzinfo=UTC) if isinstance(limit, datetime) and limit.tzinfo is None else limit


def _unknown(values: pa.Array) -> pa.Array:
    """A limit that Arrow cannot compare with."""
    return pa.array(np.zeros(len(values), np.bool_))


def _lengths(length: Callable[..., Any], least: int, most: int | None) -> Iterator[Check]:
    if least > 1 or (least and length is pc.list_value_length):
        yield lambda values: pc.greater_equal(length(values), least)
    if most is not None:
        yield lambda values: pc.less_equal(length(values), most)


def texts_of(pattern: str) -> TypeAdapter[Any]:
    """What validates a list of texts by a pattern: pydantic itself, as engines differ in what they read in one."""
    return TypeAdapter(list[Annotated[str, Field(pattern=pattern)]])


def _matches(pattern: str) -> Check:
    texts = texts_of(pattern)

    def check(values: pa.Array) -> pa.Array:
        each = values.unique().drop_null()
        try:
            texts.validate_python(each.to_pylist())
        except ValidationError as error:
            wrong = [fault["loc"][0] for fault in error.errors(include_url=False, include_context=False)]
            return pc.invert(pc.is_in(values, each.take(pa.array(wrong))))
        return pa.array(np.ones(len(values), np.bool_))

    return check


def _each(check: Check) -> Check:
    """Whether all items of a list keep a limit."""

    def all_keep(lists: pa.Array) -> pa.Array:
        kept: Flags = np.ones(len(lists), np.bool_)
        parents, items = np.asarray(pc.list_parent_indices(lists)), np.asarray(check(lists.flatten()))
        kept[parents[~items]] = False
        return pa.array(kept)

    return all_keep
