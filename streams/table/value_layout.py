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
from streams.table.packing import WIDEST, Words, items_of, packed, unpacked, widths_of, words_of
from streams.table.runs import Bytes, Form, Integers, Run, column_of, forms_of, runs_of

VERSION = "version"
"""The column before those of the states."""


class Layout(NamedTuple):
    """Of the values of a feature table.

    Attributes:
        version: the place of the column `version`, after which come those of the states.
        kinds: the types of the latter.
        forms: of their runs.
        order: the places of the runs as they come in a value: first those of one number, then those of more, then
            those of bytes.
        single: how many runs of one number there are.
        header: of a value.
    """

    version: int
    kinds: Sequence[pa.DataType]
    forms: Sequence[Form]
    order: Sequence[int]
    single: int
    header: np.dtype[np.void]

    def encoded(self, states: pa.RecordBatch, fingerprint: bytes) -> pa.BinaryArray:
        """The value of each group."""
        runs = [run for column in states.columns[self.version + 1 :] for run in runs_of(column)]
        headers: NDArray[np.void] = np.empty(len(states), self.header)
        headers["fingerprint"] = _number(fingerprint)
        headers["version"] = states.column(self.version).to_numpy()
        counts = [run.counts for run in runs if run.form.is_listed]
        if counts:
            headers["counts"] = np.stack(counts, axis=1)
        ordered = [runs[place] for place in self.order]
        pieces: list[Piece] = [headers]
        widths: list[Bytes] = []
        if self.single:
            of_single, piece = _packed_singles(ordered[: self.single])
            widths += list(of_single)
            pieces.append(piece)
        for run in ordered[self.single :]:
            of_run, piece = _packed(run)
            widths.append(of_run)
            pieces.append(piece)
        for place, run, of_run in zip(self.order, ordered, widths, strict=True):
            headers["widths"][:, place] = of_run if run.present is None else of_run * run.present
        return joined(pieces, len(states))

    def _headers(self, values: pa.BinaryArray) -> NDArray[np.void]:
        return np.frombuffer(block_of(pc.binary_slice(values, 0, self.header.itemsize)), self.header)

    def _counts(self, headers: NDArray[np.void]) -> Integers:
        """Of each group's items in each run."""
        counts = (headers["widths"] > 0).astype(np.int64)
        counts[:, [form.is_listed for form in self.forms]] = headers["counts"]
        return counts

    def readable(self, values: pa.BinaryArray, fingerprint: bytes) -> NDArray[np.bool_]:
        """Which values follow the declaration and are sound, as far as their headers say; none is shorter than one."""
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
        widths, counts = np.ascontiguousarray(headers["widths"].T), self._counts(headers).T
        sizes: Integers = np.empty((len(self.forms) + 1, len(headers)), np.int64)
        sizes[0], sizes[1:] = self.header.itemsize, (counts * widths)[self.order]
        parts = byte_array(sizes.T.reshape(-1), block_of(values))
        places = np.arange(len(parts)).reshape(len(headers), -1).T[1:]
        items: dict[int, NDArray[Any]] = {}
        singles, others = self.order[: self.single], self.order[self.single :]
        if singles:
            narrow = widths[singles].clip(1, WIDEST)
            words = unpacked(parts, narrow.reshape(-1), places[: self.single].reshape(-1))
            ends = np.cumsum((sizes[1 : self.single + 1] // narrow).sum(axis=1))[:-1]
            items.update(zip(singles, np.split(words, ends), strict=True))
        for place, of_run in zip(others, places[self.single :], strict=True):
            if self.forms[place].words:
                items[place] = unpacked(parts, widths[place].clip(1, WIDEST), of_run)
            else:
                items[place] = np.frombuffer(block_of(parts.take(pa.array(of_run))), np.uint8)
        return [
            Run(
                form,
                items_of(items[place], counts[place], widths[place] > WIDEST, form.words)
                if form.words
                else items[place],
                counts[place],
                None if widths[place].all() else widths[place] > 0,
            )
            for place, form in enumerate(self.forms)
        ]


def _packed(run: Run) -> tuple[Bytes, pa.BinaryArray]:
    """How many bytes each item of a group takes, and the items."""
    if not run.form.words:
        return np.ones(len(run.counts), np.uint8), byte_array(run.counts, run.items)
    words = words_of(run.items, run.counts)
    widths = widths_of(words)
    return _of_items(widths, words, run), packed(words, widths)


def _packed_singles(runs: Sequence[Run]) -> tuple[NDArray[np.uint8], pa.BinaryArray]:
    """The same of several runs of one number, beside each other."""
    each = [words_of(run.items, run.counts) for run in runs]
    cells = Words(*(np.concatenate(columns) for columns in zip(*each, strict=True)))
    widths = widths_of(cells)
    of_run = np.stack([_of_items(*of) for of in zip(widths.reshape(len(runs), -1), each, runs, strict=True)])
    by_group = np.arange(len(widths)).reshape(len(runs), -1).T.reshape(-1)
    numbers = packed(cells, widths).take(pa.array(by_group))
    return of_run, byte_array(np.diff(offsets_in(numbers)[:: len(runs)]), block_of(numbers))


def _of_items(widths: Bytes, words: Words, run: Run) -> Bytes:
    wide: Bytes = np.where(words.are_wide, np.uint8(WIDEST * run.form.words), widths)
    return wide


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
    order = sorted(range(len(forms)), key=lambda place: (not forms[place].words, forms[place].is_listed))
    single = sum(form.words > 0 and not form.is_listed for form in forms)
    listed = sum(form.is_listed for form in forms)
    of_runs: list[Any] = [("widths", "u1", (len(forms),)), ("counts", "<u4", (listed,))]
    header = np.dtype([("fingerprint", "<u8"), ("version", "<i8"), *of_runs])
    return Layout(version, kinds, forms, order, single, header)


def _number(fingerprint: bytes) -> int:
    return int.from_bytes(fingerprint, "little")
