"""The bytes of values of the Faust table.

A value is a header, which has the same size for all groups of a feature table, and what it counts:

    fingerprint, 8 bytes · version, 8 · bytes of each number, 1 each; 0 is NULL
    for each run: bytes of an item, 1; 0 is NULL · number of items, 4
    the numbers · the items of each run

A column of a state is a number, a run or two runs: see `streams.table.runs`. All is little-endian.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from streams.columns.binary_array import block_of, byte_array, joined, lengths_of
from streams.table.packing import packed_run, packed_table, unpacked_run, unpacked_table
from streams.table.runs import Run, column_of, forms_of, runs_of
from streams.table.words import WORD, Bytes, Integers, are_wide, number_of_words, values_of, widths_of, words_of

VERSION = "version"
"""The column before those of the states."""
_KNOWN_WIDTHS: Final[NDArray[np.bool_]] = np.isin(np.arange(256), [0, 1, 2, 4, 8, 16, 32])


class Layout(NamedTuple):
    """Of the values of a feature table.

    Attributes:
        version: the place of the column `version`, after which come those of the states.
        kinds: the types of the latter.
        words: of each number.
        forms: of the runs.
        header: of a value.
    """

    version: int
    kinds: Sequence[pa.DataType]
    words: Sequence[int]
    forms: Sequence[int]
    header: np.dtype[np.void]

    def encoded(self, states: pa.RecordBatch, fingerprint: bytes) -> pa.BinaryArray:
        """The value of each group."""
        headers: NDArray[np.void] = np.empty(len(states), self.header)
        headers["fingerprint"] = _number(fingerprint)
        headers["version"] = states.column(self.version).to_numpy()
        columns = states.columns[self.version + 1 :]
        pieces = [headers, self._numbers([column for column in columns if not forms_of(column.type)], headers)]
        for place, run in enumerate(run for column in columns if forms_of(column.type) for run in runs_of(column)):
            widths, items = packed_run(run)
            headers["run widths"][:, place] = widths if run.present is None else widths * run.present
            headers["counts"][:, place] = run.counts
            pieces.append(items)
        return joined(pieces, len(states))

    def _numbers(self, columns: Sequence[pa.Array], headers: NDArray[np.void]) -> pa.BinaryArray:
        table: Integers = np.empty((len(headers), sum(self.words)), np.int64)
        widths: Bytes = np.zeros(table.shape, np.uint8)
        for column, first, words in zip(columns, self._firsts, self.words, strict=True):
            table[:, first : first + words] = words_of(column)
        widths[:, self._firsts] = widths_of(np.ascontiguousarray(table[:, self._firsts]))
        headers["widths"] = widths[:, self._firsts]
        for place, (column, first, words) in enumerate(zip(columns, self._firsts, self.words, strict=True)):
            if words > 1 and (wide := are_wide(table[:, first : first + words])).any():
                widths[wide, first : first + words] = WORD
                headers["widths"][wide, place] = WORD * words
            if column.null_count:
                absent = column.is_null().to_numpy(zero_copy_only=False)
                widths[absent, first : first + words] = 0
                headers["widths"][absent, place] = 0
        return packed_table(table, widths)

    @property
    def _firsts(self) -> list[int]:
        """The first word of each number."""
        return [sum(self.words[:place]) for place in range(len(self.words))]

    def _headers(self, values: pa.BinaryArray) -> NDArray[np.void]:
        return np.frombuffer(block_of(pc.binary_slice(values, 0, self.header.itemsize)), self.header)

    def readable(self, values: pa.BinaryArray, fingerprint: bytes) -> NDArray[np.bool_]:
        """Which values follow the declaration and are sound, as far as their headers say; none is shorter than one."""
        headers = self._headers(values)
        sizes = _sizes(headers).sum(axis=1) + self.header.itemsize
        readable: NDArray[np.bool_] = (headers["fingerprint"] == _number(fingerprint)) & (sizes == lengths_of(values))
        for name, words in (("widths", self.words), ("run widths", self.forms)):
            most = [max(1, WORD * each) for each in words]
            fit = _KNOWN_WIDTHS[headers[name]] & (headers[name] <= most)
            fit &= (headers[name] <= WORD) | (headers[name] == most)
            readable &= fit.all(axis=1)
        return readable & ((headers["run widths"] > 0) | (headers["counts"] == 0)).all(axis=1)

    def columns(self, values: pa.BinaryArray) -> Iterator[pa.Array]:
        """`version` and the columns of the states; the values can be read."""
        headers = self._headers(values)
        sizes = np.hstack([np.full((len(headers), 1), self.header.itemsize), _sizes(headers)])
        parts = byte_array(sizes.reshape(-1), block_of(values))
        places = np.arange(len(parts)).reshape(sizes.shape).T
        numbers = self._read_numbers(parts.take(pa.array(places[1])), headers["widths"])
        runs = self._read_runs(parts, places[2:], headers)
        yield pa.array(headers["version"])
        for kind in self.kinds:
            forms = forms_of(kind)
            yield column_of(kind, [next(runs) for _ in forms]) if forms else values_of(kind, *next(numbers))

    def _read_numbers(self, packed: pa.BinaryArray, in_header: Bytes) -> Iterator[tuple[Integers, pa.Buffer | None]]:
        """The words of each column, and its bitmap."""
        widths: Bytes = np.zeros((len(packed), sum(self.words)), np.uint8)
        for place, (first, words) in enumerate(zip(self._firsts, self.words, strict=True)):
            widths[:, first] = in_header[:, place].clip(0, WORD)
            widths[:, first + 1 : first + words] = np.where(in_header[:, place, None] > WORD, WORD, 0)
        table = unpacked_table(np.frombuffer(block_of(packed), np.uint8), widths)
        for place, (first, words) in enumerate(zip(self._firsts, self.words, strict=True)):
            found = table[:, first : first + words]
            if words > 1:
                found = np.where(in_header[:, place, None] > WORD, found, found[:, :1] >> 63)
                found[:, 0] = table[:, first]
            present = in_header[:, place] > 0
            yield found, None if present.all() else pa.array(present).buffers()[1]

    def _read_runs(self, parts: pa.BinaryArray, places: Integers, headers: NDArray[np.void]) -> Iterator[Run]:
        for place, words in enumerate(self.forms):
            widths = np.ascontiguousarray(headers["run widths"][:, place])
            items = unpacked_run(parts, places[place], widths, words)
            yield Run(items, headers["counts"][:, place].astype(np.int64), None if widths.all() else widths > 0)


def _sizes(headers: NDArray[np.void]) -> Integers:
    """Bytes of all numbers of each group, and of each run."""
    sizes: Integers = np.empty((len(headers), 1 + headers["counts"].shape[1]), np.int64)
    sizes[:, 0] = headers["widths"].sum(axis=1)
    np.multiply(headers["counts"], headers["run widths"], out=sizes[:, 1:])
    return sizes


@lru_cache
def layout_of(schema: pa.Schema) -> Layout:
    """The layout for states of this schema."""
    # A column of the group may have the name as well; it comes first.
    version = schema.get_all_field_indices(VERSION)[-1]
    kinds = [field.type for field in list(schema)[version + 1 :]]
    words = [number_of_words(kind) for kind in kinds if not forms_of(kind)]
    forms = [form for kind in kinds for form in forms_of(kind)]
    runs: list[Any] = [("run widths", "u1", (len(forms),)), ("counts", "<u4", (len(forms),))]
    header = np.dtype([("fingerprint", "<u8"), ("version", "<i8"), ("widths", "u1", (len(words),)), *runs])
    return Layout(version, kinds, words, forms, header)


def _number(fingerprint: bytes) -> int:
    return int.from_bytes(fingerprint, "little")
