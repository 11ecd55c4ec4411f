"""Columns of states as runs of items, each group's run in as few bytes an item as its greatest takes.

A number is a run of one item, NULL of none; a text is a run of bytes; a list is a run of its values, one of texts two
runs: how many bytes each text has, and the bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from streams.columns.binary_array import block_of, lengths_of, raw
from streams.columns.ragged import offsets_of

Integers: TypeAlias = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.uint8]
_NARROW: Final = {1: "<u1", 2: "<u2", 4: "<u4", 8: "<i8"}
"""Numbers by their bytes; negative ones take 8."""
_TOO_WIDE: Final = np.array([1 << 8, 1 << 16, 1 << 32], np.uint64)
"""Numbers that do not fit in the first, second and third of these."""


class Form(NamedTuple):
    """Of a column's run.

    Attributes:
        is_listed: whether a group may have more than one item.
        words: an item is a number of so many 64-bit words, the lowest first; 0: it is a byte.
    """

    is_listed: bool
    words: int

    def takes(self, widths: Bytes) -> NDArray[np.bool_]:
        """Whether items may have so many bytes; 0 says that the group's value is NULL."""
        return np.isin(widths, [0, 1] if not self.words else [0, *_NARROW, 8 * self.words])


class Run(NamedTuple):
    """The items of some groups, those of a group beside each other."""

    form: Form
    items: NDArray[Any]
    """Bytes, or 64-bit words: an array of two dimensions."""
    counts: Integers
    """How many items each group has."""
    present: NDArray[np.bool_]
    """Whether the group's value is not NULL."""


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
    present = column.is_valid().to_numpy(zero_copy_only=False)
    forms = forms_of(column.type)
    if pa.types.is_string(column.type):
        counts = np.asarray(lengths_of(column), np.int64)
        return [Run(forms[0], np.frombuffer(block_of(column.drop_null()), np.uint8), counts, present)]
    if not pa.types.is_list(column.type):
        return [Run(forms[0], _items(column.drop_null()), present.astype(np.int64), present)]
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
    valid = None if present.all() else pa.array(present).buffers()[1]
    if pa.types.is_list(kind):
        texts = pa.types.is_string(kind.value_type)
        values = _texts(runs[0].items[:, 0], runs[1].items) if texts else _values(kind.value_type, runs[0].items)
        return pa.ListArray.from_buffers(kind, len(counts), [valid, _offsets(counts)], children=[values])
    if pa.types.is_string(kind):
        return _texts(counts, runs[0].items, valid)
    values = _values(kind, runs[0].items)
    return values if valid is None else values.take(pa.array(np.cumsum(present) - 1, mask=~present))


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


def packed(run: Run) -> tuple[Bytes, Bytes]:
    """How many bytes an item of each group has, 0 if its value is NULL; and the items in so many."""
    widths = _widths(run)
    block: Bytes = np.empty(int((run.counts * widths).sum()), np.uint8)
    for width, items, places in _alike(widths, run.counts):
        theirs = run.items[items]
        if run.form.words and width in _NARROW:
            theirs = theirs[:, 0].astype(_NARROW[width])
        block[places] = np.ascontiguousarray(theirs).reshape(-1).view(np.uint8)
    return widths, block


def unpacked(form: Form, widths: Bytes, counts: Integers, block: Bytes) -> Run:
    """The run that was packed like this."""
    if not form.words:
        return Run(form, block, counts, widths > 0)
    found: Integers = np.empty((int(counts.sum()), form.words), np.int64)
    for width, items, places in _alike(widths, counts):
        theirs = block[places].view(_NARROW.get(width, "<i8")).reshape(-1, max(1, width // 8))
        found[items] = theirs if theirs.shape[1] == form.words else _extended(theirs, form.words)
    return Run(form, found, counts, widths > 0)


def _extended(numbers: NDArray[Any], words: int) -> Integers:
    low = numbers.astype(np.int64)
    return np.hstack([low, np.repeat(low >> 63, words - 1, axis=1)])


def _widths(run: Run) -> Bytes:
    widths = run.present.astype(np.uint8)
    some = run.counts > 0
    if not run.form.words or not some.any():
        return widths
    starts = (np.cumsum(run.counts) - run.counts)[some]
    low = run.items[:, 0]
    greatest = np.maximum.reduceat(low.view(np.uint64), starts)
    found = np.left_shift(1, np.searchsorted(_TOO_WIDE, greatest, side="right"))
    if run.form.words > 1:
        is_wide = (run.items[:, 1:] != (low >> 63)[:, None]).any(axis=1)
        found[np.logical_or.reduceat(is_wide, starts)] = 8 * run.form.words
    widths[some] = found
    return widths


def _alike(widths: Bytes, counts: Integers) -> Iterator[tuple[int, Any, Any]]:
    """A number of bytes, which items have so many, and which bytes are theirs."""
    for width in np.unique(widths[counts > 0]).tolist():
        groups = widths == width
        if groups.all():
            yield width, slice(None), slice(None)
        else:
            yield width, np.repeat(groups, counts), np.repeat(groups, counts * widths)
