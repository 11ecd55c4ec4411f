"""Columns of states as runs: the items of each group, which are numbers of 64-bit words, or bytes.

A number is a run of one item, NULL of none; a text is a run of bytes; a list is a run of its values, one of texts two
runs: how many bytes each text has, and the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from streams.columns.binary_array import block_of, lengths_of, raw
from streams.columns.ragged import offsets_of

Integers: TypeAlias = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.uint8]


class Form(NamedTuple):
    """Of a column's run.

    Attributes:
        is_listed: whether a group may have more than one item.
        words: an item is a number of so many 64-bit words, the lowest first; 0: it is a byte.
    """

    is_listed: bool
    words: int


class Run(NamedTuple):
    """The items of some groups, those of a group beside each other."""

    form: Form
    items: NDArray[Any]
    """Bytes, or an array of two dimensions: items and their words."""
    counts: Integers
    """How many items each group has."""
    present: NDArray[np.bool_] | None
    """Whether the group's value is not NULL; None if none is."""


def forms_of(kind: pa.DataType) -> list[Form]:
    """The runs of a column of this type."""
    if pa.types.is_list(kind):
        texts = [Form(True, 1)] if pa.types.is_string(kind.value_type) else []  # noqa: FBT003  # see Form
        return [*texts, *(form._replace(is_listed=True) for form in forms_of(kind.value_type))]
    if pa.types.is_string(kind):
        return [Form(True, 0)]  # noqa: FBT003  # see Form
    return [Form(False, 0 if pa.types.is_boolean(kind) else -(-kind.bit_width // 64))]  # noqa: FBT003  # see Form


def runs_of(column: pa.Array) -> list[Run]:
    """The runs of a column's values."""
    present = column.is_valid().to_numpy(zero_copy_only=False) if column.null_count else None
    forms = forms_of(column.type)
    if pa.types.is_string(column.type):
        counts = np.asarray(lengths_of(column), np.int64)
        return [Run(forms[0], np.frombuffer(block_of(column.drop_null()), np.uint8), counts, present)]
    if not pa.types.is_list(column.type):
        counts = np.ones(len(column), np.int64) if present is None else present.astype(np.int64)
        return [Run(forms[0], _items(column.drop_null()), counts, present)]
    values, counts = column.flatten(), np.asarray(lengths_of(column), np.int64)
    if not pa.types.is_string(values.type):
        return [Run(forms[0], _items(values), counts, present)]
    lengths, [texts] = np.asarray(lengths_of(values), np.int64), runs_of(values)
    of_group = np.diff(offsets_of(lengths)[offsets_of(counts)])
    return [Run(forms[0], lengths[:, None], counts, present), Run(forms[1], texts.items, of_group, present)]


def column_of(kind: pa.DataType, runs: Sequence[Run]) -> pa.Array:
    """The column that has these runs.

    Raises:
        pa.ArrowInvalid: there is none.
    """
    counts, present = runs[0].counts, runs[0].present
    valid = None if present is None else pa.array(present).buffers()[1]
    if pa.types.is_list(kind):
        texts = pa.types.is_string(kind.value_type)
        values = _texts(runs[0].items[:, 0], runs[1].items) if texts else _values(kind.value_type, runs[0].items)
        return pa.ListArray.from_buffers(kind, len(counts), [valid, _offsets(counts)], children=[values])
    if pa.types.is_string(kind):
        return _texts(counts, runs[0].items, valid)
    values = _values(kind, runs[0].items)
    return values if present is None else values.take(pa.array(np.cumsum(present) - 1, mask=~present))


def _items(column: pa.Array) -> NDArray[Any]:
    """The items of a column without NULLs."""
    if pa.types.is_boolean(column.type):
        return raw(column.cast(pa.uint8()), "u1")
    if pa.types.is_decimal(column.type):
        words = column.type.byte_width // 8
        return raw(column, f"V{8 * words}").view("<i8").reshape(-1, words)
    return raw(column, f"<i{column.type.byte_width}").astype(np.int64)[:, None]


def _values(kind: pa.DataType, items: NDArray[Any]) -> pa.Array:
    if pa.types.is_boolean(kind):
        return pa.array(items != 0)
    values = np.ascontiguousarray(items, f"<i{min(kind.byte_width, 8)}")
    return pa.Array.from_buffers(kind, len(items), [None, pa.py_buffer(values)])


def _texts(lengths: Integers, block: Bytes, valid: pa.Buffer | None = None) -> pa.StringArray:
    if lengths.sum() != len(block):
        raise pa.ArrowInvalid("texts and their bytes do not go together")
    texts = pa.StringArray.from_buffers(len(lengths), _offsets(lengths), pa.py_buffer(block), valid)
    texts.validate(full=True)
    return texts


def _offsets(counts: Integers) -> pa.Buffer:
    return pa.py_buffer(offsets_of(counts).astype(np.int32))
