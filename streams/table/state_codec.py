"""What the Faust table holds of a group, as bytes that are written and read for many groups at once.

The bytes: see `streams.table.value_layout`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from streams.columns.binary_array import lengths_of
from streams.table.value_layout import Layout, layout_of

MAX_VALUE_BYTES = 900 * 1024
"""A group's value beyond this would not fit in a Kafka record."""
_AT_ONCE = 32 * 1024**2
"""Bytes of states or of values; more go in halves, since what is made of them may take ten times as much memory."""


def encoded(states: pa.RecordBatch, fingerprint: bytes) -> pa.BinaryArray:
    """The value of each group; NULL of one whose version is 0, and where the value would not fit.

    Args:
        states: the columns of the groups, which are not in the value, `version`, and the columns of the states.
        fingerprint: 8 bytes, of the declaration that the states follow.
    """
    if states.nbytes > _AT_ONCE and len(states) > 1:
        return pa.concat_arrays([encoded(half, fingerprint) for half in _halves(states)])
    if not len(states):
        return pa.array([], pa.binary())
    layout = layout_of(states.schema)
    values = layout.encoded(states, fingerprint)
    versions = states.column(layout.version).to_numpy()
    return _where((versions != 0) & (lengths_of(values) <= MAX_VALUE_BYTES), values, None)


def decoded(values: pa.BinaryArray, unknown: pa.RecordBatch, fingerprint: bytes) -> pa.RecordBatch:
    """The states of some groups.

    Args:
        values: of the groups; NULL if there is none.
        unknown: the states of the same groups if nothing were known of them: what they are without a value, or with
            one that is damaged or follows another declaration.
        fingerprint: 8 bytes, of the declaration.
    """
    if not len(values):
        return unknown
    if values.nbytes <= _AT_ONCE or len(values) == 1:
        try:
            return _decoded(values, unknown, fingerprint)
        except pa.ArrowInvalid:
            # A damage that the header does not show.
            if len(values) == 1:
                return unknown
    halves = zip(_halves(values), _halves(unknown), strict=True)
    return pa.concat_batches([decoded(of_half, half, fingerprint) for of_half, half in halves])


def _decoded(values: pa.BinaryArray, unknown: pa.RecordBatch, fingerprint: bytes) -> pa.RecordBatch:
    layout = layout_of(unknown.schema)
    are_long = lengths_of(values) >= layout.header.itemsize
    if not np.all(are_long):
        values = _where(np.asarray(are_long), values, _nothing(layout, unknown, fingerprint))
    headers = layout.headers(values)
    readable = layout.readable(values, headers, fingerprint)
    if not readable.all():
        values = _where(readable, values, _nothing(layout, unknown, fingerprint))
        headers = layout.headers(values)
    columns = layout.columns(values, headers)
    states = pa.record_batch([*unknown.columns[: layout.version], *columns], schema=unknown.schema)
    states.validate(full=True)
    return states


def _nothing(layout: Layout, unknown: pa.RecordBatch, fingerprint: bytes) -> pa.BinaryScalar:
    """What stands in place of a value that is missing."""
    return layout.encoded(unknown.slice(0, 1), fingerprint)[0]


def _where(kept: NDArray[np.bool_], values: pa.BinaryArray, nothing: pa.BinaryScalar | None) -> pa.BinaryArray:
    return values if kept.all() else pc.if_else(pa.array(kept), values, nothing)


def _halves(rows: Any) -> tuple[Any, Any]:  # noqa: ANN401  # an array or a batch
    middle = len(rows) // 2
    return rows.slice(0, middle), rows.slice(middle)
