"""What the Faust table holds of a group, as bytes that are written and read for many groups at once.

A value is a header, which has the same size for all groups of a feature table, and what it counts, items of some runs:

    fingerprint, 8 bytes · version, 8 · bytes of an item, 1 for each run · number of items, 4 for each run of a list
    the items of each run, one run after the other

A column of a state is a run, or two: see `streams.table.runs`. All numbers are little-endian.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from streams.columns.binary_array import Piece, block_of, byte_array, joined, lengths_of
from streams.table.runs import Form, Run, column_of, forms_of, packed, runs_of, unpacked

MAX_VALUE_BYTES = 900 * 1024
"""A group's value beyond this would not fit in a Kafka record."""
VERSION = "version"
"""The column before those of the states."""


def encoded(states: pa.RecordBatch, fingerprint: bytes) -> pa.BinaryArray:
    """The value of each group; NULL of one whose version is 0, and where the value would not fit.

    Args:
        states: the columns of the groups, which are not in the value, `version`, and the columns of the states.
        fingerprint: 8 bytes, of the declaration that the states follow.
    """
    values = _encoded(states, fingerprint)
    stored = (states.column(_place_of_version(states)).to_numpy() != 0) & (lengths_of(values) <= MAX_VALUE_BYTES)
    return values if stored.all() else pc.if_else(pa.array(stored), values, None)


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
    layout = _layout(unknown)
    [nothing] = _encoded(unknown.slice(0, 1), fingerprint)
    values = _where(np.asarray(lengths_of(values)) >= layout.header.itemsize, values, nothing)
    values = _where(layout.readable(values, fingerprint), values, nothing)
    try:
        return _read(values, unknown, layout)
    except pa.ArrowInvalid:
        # A damage that the header does not show.
        if len(values) == 1:
            return unknown
    middle = len(values) // 2
    halves = [slice(0, middle), slice(middle, None)]
    return pa.concat_batches([decoded(values[half], unknown[half], fingerprint) for half in halves])


class _Layout(NamedTuple):
    """Of the values of a feature table."""

    forms: Sequence[Form]
    header: np.dtype[np.void]

    def headers(self, values: pa.BinaryArray) -> NDArray[np.void]:
        return np.frombuffer(block_of(pc.binary_slice(values, 0, self.header.itemsize)), self.header)

    def counts(self, headers: NDArray[np.void]) -> NDArray[np.int64]:
        """Of each group's items in each run."""
        counts = (headers["widths"] > 0).astype(np.int64)
        counts[:, [form.is_listed for form in self.forms]] = headers["counts"]
        return counts

    def readable(self, values: pa.BinaryArray, fingerprint: bytes) -> NDArray[np.bool_]:
        headers = self.headers(values)
        widths = headers["widths"]
        sizes = self.header.itemsize + (self.counts(headers) * widths).sum(axis=1)
        readable: NDArray[np.bool_] = (headers["fingerprint"] == _number(fingerprint)) & (sizes == lengths_of(values))
        for place, form in enumerate(self.forms):
            readable &= form.takes(widths[:, place])
        return readable


def _layout(states: pa.RecordBatch) -> _Layout:
    forms = [form for column in _state_columns(states) for form in forms_of(column.type)]
    listed = sum(form.is_listed for form in forms)
    members = [
        ("fingerprint", "<u8"),
        ("version", "<i8"),
        ("widths", "u1", (len(forms),)),
        ("counts", "<u4", (listed,)),
    ]
    return _Layout(forms, np.dtype(members))


def _encoded(states: pa.RecordBatch, fingerprint: bytes) -> pa.BinaryArray:
    layout = _layout(states)
    headers: NDArray[np.void] = np.empty(len(states), layout.header)
    headers["fingerprint"] = _number(fingerprint)
    headers["version"] = states.column(_place_of_version(states)).to_numpy()
    runs = [run for column in _state_columns(states) for run in runs_of(column)]
    counts = [run.counts for run in runs if run.form.is_listed]
    if counts:
        headers["counts"] = np.stack(counts, axis=1)
    parts: list[Piece] = []
    for place, run in enumerate(runs):
        widths, items = packed(run)
        headers["widths"][:, place] = widths
        parts.append(byte_array(run.counts * widths, items))
    return joined([headers, *parts], len(states))


def _read(values: pa.BinaryArray, unknown: pa.RecordBatch, layout: _Layout) -> pa.RecordBatch:
    headers = layout.headers(values)
    runs = _runs(values, headers, layout)
    place = _place_of_version(unknown)
    columns = [
        column_of(field.type, [next(runs) for _ in forms_of(field.type)]) for field in list(unknown.schema)[place + 1 :]
    ]
    versions = pa.array(headers["version"])
    return pa.record_batch([*unknown.columns[:place], versions, *columns], schema=unknown.schema)


def _runs(values: pa.BinaryArray, headers: NDArray[np.void], layout: _Layout) -> Iterator[Run]:
    widths, counts = headers["widths"], layout.counts(headers)
    sizes: NDArray[np.int64] = np.empty((len(headers), len(layout.forms) + 1), np.int64)
    sizes[:, 0], sizes[:, 1:] = layout.header.itemsize, counts * widths
    parts = byte_array(sizes.reshape(-1), block_of(values))
    for place, form in enumerate(layout.forms):
        block = block_of(parts.take(pa.array(np.arange(place + 1, len(parts), sizes.shape[1]))))
        yield unpacked(form, widths[:, place], counts[:, place], np.frombuffer(block, np.uint8))


def _where(kept: NDArray[np.bool_], values: pa.BinaryArray, nothing: pa.BinaryScalar) -> pa.BinaryArray:
    return values if kept.all() else pc.if_else(pa.array(kept), values, nothing)


def _number(fingerprint: bytes) -> int:
    return int.from_bytes(fingerprint, "little")


def _place_of_version(states: pa.RecordBatch) -> int:
    # A column of the group may have the same name; it comes first.
    place: int = states.schema.get_all_field_indices(VERSION)[-1]
    return place


def _state_columns(states: pa.RecordBatch) -> list[pa.Array]:
    columns: list[pa.Array] = states.columns[_place_of_version(states) + 1 :]
    return columns
