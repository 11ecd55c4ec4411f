"""Columns of texts and lists as runs: the items of each group, which are numbers or bytes.

A text is a run of bytes; a list is a run of its values, one of texts two runs: how many bytes each text has, and the
bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from streams.columns.binary_array import block_of, lengths_of
from streams.columns.ragged import offsets_of
from streams.table.words import Bytes, Integers, number_of_words, values_of, words_of


class Run(NamedTuple):
    """The items of some groups, those of a group beside each other."""

    items: NDArray[Any]
    """Bytes, or an array of two dimensions: numbers and their words."""
    counts: Integers
    """How many items each group has."""
    present: NDArray[np.bool_] | None
    """Whether the group's value is not NULL; None if none is."""


def forms_of(kind: pa.DataType) -> list[int]:
    """The runs of a column of this type, each as the words of a number, or 0 if it has bytes; none of a number."""
    if pa.types.is_string(kind):
        return [0]
    if pa.types.is_list(kind):
        return [1, 0] if pa.types.is_string(kind.value_type) else [number_of_words(kind.value_type)]
    return []


def runs_of(column: pa.Array) -> list[Run]:
    """The runs of a column of texts or lists."""
    present = column.is_valid().to_numpy(zero_copy_only=False) if column.null_count else None
    counts = np.asarray(lengths_of(column), np.int64)
    if pa.types.is_string(column.type):
        return [Run(np.frombuffer(block_of(column.drop_null()), np.uint8), counts, present)]
    values = column.flatten()
    if not pa.types.is_string(values.type):
        return [Run(words_of(values), counts, present)]
    lengths, [texts] = np.asarray(lengths_of(values), np.int64), runs_of(values)
    of_group = np.diff(offsets_of(lengths)[offsets_of(counts)])
    return [Run(lengths[:, None], counts, present), Run(texts.items, of_group, present)]


def column_of(kind: pa.DataType, runs: Sequence[Run]) -> pa.Array:
    """The column that has these runs; to be validated if they may be damaged.

    Raises:
        pa.ArrowInvalid: there is none.
    """
    items, counts, present = runs[0]
    valid = None if present is None else pa.array(present).buffers()[1]
    if pa.types.is_string(kind):
        return _texts(counts, items, valid)
    texts = pa.types.is_string(kind.value_type)
    values = _texts(items[:, 0], runs[1].items) if texts else values_of(kind.value_type, items)
    return pa.ListArray.from_buffers(kind, len(counts), [valid, _offsets(counts)], children=[values])


def _texts(lengths: Integers, block: Bytes, valid: pa.Buffer | None = None) -> pa.StringArray:
    if lengths.sum() != len(block):
        raise pa.ArrowInvalid("texts and their bytes do not go together")
    return pa.StringArray.from_buffers(len(lengths), _offsets(lengths), pa.py_buffer(block), valid)


def _offsets(counts: Integers) -> pa.Buffer:
    return pa.py_buffer(offsets_of(counts).astype(np.int32))
