"""The bytes of values of the Faust table.

A value is a header, which has the same size for all groups of a feature table, and what it counts, the items of runs:

    fingerprint, 8 bytes · version, 8 · bytes of an item, 1 for each run · number of items, 4 for each run of a list
    the numbers of each run, one run after the other · the bytes of each run of bytes

A column of a state is a run, or two: see `streams.table.runs`. All numbers are little-endian.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from streams.columns.binary_array import Piece, block_of, byte_array, joined, lengths_of, offsets_in
from streams.table.packing import WIDEST, items_of, packed, unpacked, widths_of, words_of
from streams.table.runs import Bytes, Form, Integers, Run, column_of, forms_of, runs_of

VERSION = "version"
"""The column before those of the states."""


class Layout(NamedTuple):
    """Of the values of a feature table.

    Attributes:
        version: the place of the column `version`, after which come those of the states.
        kinds: the types of the latter.
        forms: of their runs.
        numbers: the places of runs of numbers; these come first in a value.
        texts: and of runs of bytes.
        header: of a value.
    """

    version: int
    kinds: Sequence[pa.DataType]
    forms: Sequence[Form]
    numbers: Sequence[int]
    texts: Sequence[int]
    header: np.dtype[np.void]

    def encoded(self, states: pa.RecordBatch, fingerprint: bytes) -> pa.BinaryArray:
        """The value of each group."""
        runs = [run for column in states.columns[self.version + 1 :] for run in runs_of(column)]
        headers: NDArray[np.void] = np.empty(len(states), self.header)
        headers["fingerprint"] = _number(fingerprint)
        headers["version"] = states.column(self.version).to_numpy()
        pieces: list[Piece] = [headers]
        if self.numbers:
            pieces.append(self._packed([runs[place] for place in self.numbers], headers["widths"]))
        headers["widths"][:, self.texts] = 1
        for place, run in enumerate(runs):
            headers["widths"][~run.present, place] = 0
        counts = [run.counts for run in runs if run.form.is_listed]
        if counts:
            headers["counts"] = np.stack(counts, axis=1)
        pieces += [byte_array(runs[place].counts, runs[place].items) for place in self.texts]
        return joined(pieces, len(states))

    def _packed(self, runs: Sequence[Run], widths_in_headers: Bytes) -> pa.BinaryArray:
        """The numbers of each group, one run after the other."""
        each = [words_of(run.items, run.counts) for run in runs]
        are_wide = np.stack([words.are_wide for words in each])
        counts = np.concatenate([words.counts for words in each])
        numbers = np.concatenate([words.words for words in each])
        widths = widths_of(numbers, counts).reshape(are_wide.shape)
        widths[are_wide] = WIDEST
        bytes_of_item = np.array([[WIDEST * run.form.words] for run in runs], np.uint8)
        widths_in_headers[:, self.numbers] = np.where(are_wide, bytes_of_item, widths).T
        order = np.arange(widths.size).reshape(widths.shape).T.reshape(-1)
        cells = packed(numbers, counts, widths.reshape(-1), order)
        return byte_array(np.diff(offsets_in(cells)[:: len(runs)]), block_of(cells))

    def _headers(self, values: pa.BinaryArray) -> NDArray[np.void]:
        return np.frombuffer(block_of(pc.binary_slice(values, 0, self.header.itemsize)), self.header)

    def _counts(self, headers: NDArray[np.void]) -> Integers:
        """Of each group's items in each run."""
        counts = (headers["widths"] > 0).astype(np.int64)
        counts[:, [form.is_listed for form in self.forms]] = headers["counts"]
        return counts

    def readable(self, values: pa.BinaryArray, fingerprint: bytes) -> NDArray[np.bool_]:
        """Which values follow the declaration and are sound, as far as their headers say; each is as long as one."""
        headers = self._headers(values)
        widths, counts = headers["widths"], self._counts(headers)
        sizes = self.header.itemsize + (counts * widths).sum(axis=1)
        known = _KNOWN_WIDTHS[[form.words for form in self.forms], widths] & ((widths > 0) | (counts == 0))
        readable: NDArray[np.bool_] = (headers["fingerprint"] == _number(fingerprint)) & known.all(axis=1)
        return readable & (sizes == lengths_of(values))

    def columns(self, values: pa.BinaryArray) -> Iterator[pa.Array]:
        """`version` and the columns of the states; the values can be read."""
        headers = self._headers(values)
        yield pa.array(headers["version"])
        runs = iter(self._runs(values, headers))
        for kind in self.kinds:
            yield column_of(kind, [next(runs) for _ in forms_of(kind)])

    def _runs(self, values: pa.BinaryArray, headers: NDArray[np.void]) -> list[Run]:
        widths, counts = headers["widths"].T, self._counts(headers).T
        sizes: Integers = np.empty((len(headers), len(self.forms) + 1), np.int64)
        sizes[:, 0] = self.header.itemsize
        sizes[:, 1:] = (counts * widths)[[*self.numbers, *self.texts]].T
        parts = byte_array(sizes.reshape(-1), block_of(values))
        places = np.arange(len(parts)).reshape(sizes.shape).T[1:]
        items: dict[int, NDArray[np.int64] | Bytes] = {}
        if self.numbers:
            of_numbers = widths[self.numbers].clip(1, WIDEST)
            numbers = unpacked(parts, of_numbers.reshape(-1), places[: len(self.numbers)].reshape(-1))
            words = (sizes[:, 1 : len(self.numbers) + 1].T // of_numbers).sum(axis=1)
            for place, found in zip(self.numbers, np.split(numbers, np.cumsum(words)[:-1]), strict=True):
                items[place] = items_of(found, counts[place], widths[place] > WIDEST, self.forms[place].words)
        for place, wanted in zip(self.texts, places[len(self.numbers) :], strict=True):
            items[place] = np.frombuffer(block_of(parts.take(pa.array(wanted))), np.uint8)
        return [Run(form, items[place], counts[place], widths[place] > 0) for place, form in enumerate(self.forms)]


_KNOWN_WIDTHS: Final[NDArray[np.bool_]] = np.zeros((5, 256), np.bool_)
"""By the words of an item, 0 for a byte: how many bytes an item may have; 0 for NULL."""
for _words in range(len(_KNOWN_WIDTHS)):
    _KNOWN_WIDTHS[_words, [0, 1, 2, 4, WIDEST, WIDEST * _words] if _words else [0, 1]] = True


@lru_cache
def layout_of(schema: pa.Schema) -> Layout:
    """The layout for states of this schema."""
    # A column of the group may have the name as well; it comes first.
    version = schema.get_all_field_indices(VERSION)[-1]
    kinds = [field.type for field in list(schema)[version + 1 :]]
    forms = [form for kind in kinds for form in forms_of(kind)]
    numbers = [place for place, form in enumerate(forms) if form.words]
    texts = [place for place, form in enumerate(forms) if not form.words]
    listed = sum(form.is_listed for form in forms)
    of_runs: list[Any] = [("widths", "u1", (len(forms),)), ("counts", "<u4", (listed,))]
    header = np.dtype([("fingerprint", "<u8"), ("version", "<i8"), *of_runs])
    return Layout(version, kinds, forms, numbers, texts, header)


def _number(fingerprint: bytes) -> int:
    return int.from_bytes(fingerprint, "little")
