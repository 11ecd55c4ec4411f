"""Bugs that are planted into the workers to see that the laboratory finds them: `python -m tests.faults --plant`.

The project's code knows nothing of it: its
functions are replaced here, in the workers' processes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.aggregates import most_common
from models.aggregates.aggregate import Aggregate
from models.declare import Count, CountDistinct, CountItems, First, Last, Max, Mean, Min, MostCommon, StdDev, Sum
from models.states.extremes import Extreme
from models.states.multisets import Tops, tops
from models.states.signed_rows import SignedRows
from models.states.state import Merged, State
from streams.table.value_layout import Headers, Layout

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


@dataclass(frozen=True)
class Bug:
    """A bug: what plants it, and the aggregates that it is in."""

    plant: Callable[[], None]
    kinds: frozenset[str]


BUGS: Final[Mapping[str, Bug]] = {
    **{
        f"a retraction left out of {each.__name__}": Bug(
            partial(_leave_out_retractions, each), frozenset({each.__name__})
        )
        for each in _AGGREGATES
    },
    "the wrong one of values that tie": Bug(_wrong_tie, frozenset({"MostCommon"})),
    "an extreme that is lost and kept": Bug(_lost_extreme, frozenset({"Min", "Max", "First", "Last"})),
    "a fingerprint that is ignored": Bug(_fingerprint_ignored, frozenset({"Count"})),
}
