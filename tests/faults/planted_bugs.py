"""Bugs that are planted into the workers to see that the laboratory finds them: `python -m tests.faults --plant`.

The project's code knows nothing of it: its
functions are replaced here, in the workers' processes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache, partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from models.aggregates import most_common
from models.aggregates.aggregate import Aggregate
from models.declaration.model import FeatureTable, GroupColumn
from models.declare import Count, CountDistinct, CountItems, First, Last, Max, Mean, Min, MostCommon, StdDev, Sum
from models.expressions.syntax import Expression
from models.sql import features as feature_statements
from models.sql import groups as group_statements
from models.sql.names import column as name_in_sql
from models.states import groups
from models.states.extremes import Extreme
from models.states.multisets import Tops, tops
from models.states.signed_rows import CountedRows, SignedRows
from models.states.state import Merged, State
from streams.table.value_layout import Headers, Layout
from tests.faults import shared_bugs
from tests.faults.declaration import Declaration
from tests.feature_oracle import Aggregation

VARIABLE: Final = "PLANTED_BUG"
_AGGREGATES: Final = (Count, CountItems, CountDistinct, Sum, Mean, StdDev, Min, Max, MostCommon, First, Last)


def _without_retractions(rows: SignedRows) -> SignedRows:
    added = rows.signs > 0
    codes = rows.codes[added]
    first = np.searchsorted(codes, np.arange(rows.groups + 1))
    columns = {name: column.filter(pa.array(added)) for name, column in rows.columns.items()}
    return SignedRows(columns, codes, rows.signs[added], first)


@cache
def _forgetful(kind: type[State]) -> type[State]:
    """The same state, whose changes leave out the rows that are taken off."""

    def delta(self: State, rows: SignedRows) -> list[pa.Array]:
        return kind.delta(self, _without_retractions(rows))

    return type(f"Forgetful{kind.__name__}", (kind,), {"delta": delta})


def _leave_out_retractions(aggregate: type[Aggregate]) -> None:
    original = aggregate.states

    def states(self: Aggregate, columns: Any) -> tuple[State, ...]:  # noqa: ANN401  # as given
        return tuple(
            _forgetful(type(state))(**{field.name: getattr(state, field.name) for field in fields(state)})
            for state in original(self, columns)
        )

    aggregate.states = states  # type: ignore[method-assign]  # planted


def _wrong_tie() -> None:
    def wrong(values: pa.Array, counts: pa.Array) -> Tops:
        found = tops(values, counts)
        last = pa.array([tied[-1] if tied else None for tied in found.tied.to_pylist()], found.lowest.type)
        return found._replace(lowest=last)

    most_common.tops = wrong  # type: ignore[attr-defined]  # planted


def _lost_extreme() -> None:
    original = Extreme.merged

    def merged(
        self: Extreme, before: Sequence[pa.Array], delta: Sequence[pa.Array], counted: NDArray[np.int64]
    ) -> Merged:
        found = original(self, before, delta, counted)
        if found.lost is None:
            return found
        half = len(delta) // 2
        nothing = [pa.nulls(len(before[0]), column.type) for column in delta[half:-1]]
        only_added = [*delta[:half], *nothing, pa.array(np.zeros(len(before[0]), np.int64))]
        kept = original(self, before, only_added, counted)
        chosen = pa.array(np.arange(len(before[0])) + np.where(found.lost, len(before[0]), 0))
        pairs = zip(found.columns, kept.columns, strict=True)
        return Merged([pa.concat_arrays(pair).take(chosen) for pair in pairs], None)

    Extreme.merged = merged  # type: ignore[method-assign]  # planted


def _fingerprint_ignored() -> None:
    original = Layout.readable

    def readable(self: Layout, values: pa.BinaryArray, headers: Headers, fingerprint: bytes) -> NDArray[np.bool_]:
        equal = np.full_like(headers.fingerprints, int.from_bytes(fingerprint, "little"))
        return original(self, values, headers._replace(fingerprints=equal), fingerprint)

    Layout.readable = readable  # type: ignore[method-assign]  # planted


def _version_ignored() -> None:
    original = feature_statements.write

    def write(features: FeatureTable) -> str:
        return original(features).replace('AND f."version" = i."_expected"', "")

    feature_statements.write = write  # planted


def _where_ignored() -> None:
    original = SignedRows.counted

    def counted(self: SignedRows, where: Expression | None, values: Sequence[Expression] = ()) -> CountedRows:  # noqa: ARG001  # that is the bug
        return original(self, None, values)

    SignedRows.counted = counted  # type: ignore[method-assign]  # planted


def _late_period() -> None:
    """A period begins a day late."""
    original = groups._values  # noqa: SLF001  # where periods are cut

    def values(column: GroupColumn, values: pa.Array) -> pa.Array:
        if column.period is None:
            return values
        moments = values.cast(pa.timestamp("us"))
        return original(column, pc.subtract(moments, pa.scalar(timedelta(days=1))))

    in_sql = group_statements.group_value

    def group_value(group: GroupColumn, alias: str) -> str:
        value = name_in_sql(group.column.name, alias)
        late = "" if group.period is None else " - interval '1 day'"
        return in_sql(group, alias).replace(value, f"({value}{late})")

    groups._values = values  # noqa: SLF001  # planted
    group_statements.group_value = group_value  # planted


@dataclass(frozen=True)
class Bug:
    """A bug: what plants it, and which models it shows in."""

    plant: Callable[[], None]
    is_in: Callable[[Declaration], bool] = lambda _: True
    trickles: bool = False
    """Whether it takes transactions that several partitions share."""


def _has(*kinds: str) -> Callable[[Declaration], bool]:
    """Whether a model has an aggregate of one of these kinds."""
    return lambda model: any(each.kind in kinds for each in _aggregations(model))


def _aggregations(model: Declaration) -> Iterator[Aggregation]:
    for features in model.features:
        yield from features.said.aggregates.values()


def _has_where(model: Declaration) -> bool:
    return any(each.where is not None for each in _aggregations(model))


def _has_period(model: Declaration) -> bool:
    return any(period is not None for features in model.features for _, period in features.said.group)


BUGS: Final[Mapping[str, Bug]] = {
    **{
        f"a retraction left out of {each.__name__}": Bug(partial(_leave_out_retractions, each), _has(each.__name__))
        for each in _AGGREGATES
    },
    "the wrong one of values that tie": Bug(_wrong_tie, _has("MostCommon")),
    "an extreme that is lost and kept": Bug(_lost_extreme, _has("Min", "Max", "First", "Last")),
    "a fingerprint that is ignored": Bug(_fingerprint_ignored),
    "a version that is ignored": Bug(_version_ignored),
    "a condition that is ignored": Bug(_where_ignored, _has_where),
    "a period that begins a day late": Bug(_late_period, _has_period),
    "only the first partition of a shared transaction moves on": Bug(shared_bugs.first_alone_moves_on, trickles=True),
    "only the first partition of a shared transaction is stored": Bug(shared_bugs.first_alone_is_stored, trickles=True),
    "a shared transaction that is none": Bug(shared_bugs.is_no_transaction, trickles=True),
}
