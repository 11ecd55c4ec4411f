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

from streams.columns.binary_array import block_of, byte_array, joined, lengths_of, offsets_in
from streams.table.packing import packed_run, packed_table, unpacked_run, unpacked_words
from streams.table.runs import Run, column_of, forms_of, runs_of
from streams.table.words import WORD, Bytes, Integers, are_wide, number_of_words, values_of, widths_of, words_of

VERSION = "version"
"""The column before those of the states."""
_KNOWN_WIDTHS: Final = [
    np.isin(np.arange(256), [0, 1, 2, 4, WORD, WORD * words] if words else [0, 1]) for words in range(5)
]
"""By the words of a number, 0 for a byte: which widths there are."""


class Layout(NamedTuple):
    """Of the values of a feature table.

    Attributes:
        version: the place of the column `version`, after which come those of the states.
        kinds: the types of the latter.
        words: of each number.
        firsts: the first word of each number.
        forms: of the runs.
        header: of a value.
    """

    version: int
    kinds: Sequence[pa.DataType]
    words: Sequence[int]
    firsts: Sequence[int]
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
        for column, first, words in zip(columns, self.firsts, self.words, strict=True):
            table[:, first : first + words] = words_of(column)
        widths[:, self.firsts] = widths_of(np.ascontiguousarray(table[:, self.firsts]))
        headers["widths"] = widths[:, self.firsts]
        for place, (column, first, words) in enumerate(zip(columns, self.firsts, self.words, strict=True)):
            if words > 1 and (wide := are_wide(table[:, first : first + words])).any():
                widths[wide, first : first + words] = WORD
                headers["widths"][wide, place] = WORD * words
            if column.null_count:
                absent = column.is_null().to_numpy(zero_copy_only=False)
                widths[absent, first : first + words] = 0
                headers["widths"][absent, place] = 0
        return packed_table(table, widths)

    def headers(self, values: pa.BinaryArray) -> Headers:
        """What the headers of values say; none is shorter than one."""
        each = np.frombuffer(block_of(pc.binary_slice(values, 0, self.header.itemsize)), self.header)
        widths, run_widths = np.ascontiguousarray(each["widths"].T), np.ascontiguousarray(each["run widths"].T)
        counts = each["counts"].T.astype(np.int64)
        sizes: Integers = np.empty((len(self.forms) + 2, len(each)), np.int64)
        sizes[0], sizes[1] = self.header.itemsize, widths.sum(axis=0, dtype=np.int64)
        np.multiply(counts, run_widths, out=sizes[2:])
        return Headers(each["fingerprint"], each["version"], widths, run_widths, counts, sizes)

    def readable(self, values: pa.BinaryArray, headers: Headers, fingerprint: bytes) -> NDArray[np.bool_]:
        """Which values follow the declaration and are sound, as far as their headers say."""
        readable: NDArray[np.bool_] = headers.sizes.sum(axis=0) == lengths_of(values)
        readable &= headers.fingerprints == _number(fingerprint)
        for widths, words in zip([*headers.widths, *headers.run_widths], [*self.words, *self.forms], strict=True):
            readable &= _KNOWN_WIDTHS[words][widths]
        for counts, widths in zip(headers.counts, headers.run_widths, strict=True):
            readable &= (widths > 0) | (counts == 0)
        return readable

    def columns(self, values: pa.BinaryArray, headers: Headers) -> Iterator[pa.Array]:
        """`version` and the columns of the states; the values can be read."""
        parts = byte_array(headers.sizes.T.reshape(-1), block_of(values))
        places = np.arange(len(parts)).reshape(-1, len(headers.sizes)).T
        numbers = self._numbers_in(parts, headers)
        runs = self._runs_in(parts, places[2:], headers)
        yield pa.array(headers.versions)
        for kind in self.kinds:
            forms = forms_of(kind)
            yield column_of(kind, [next(runs) for _ in forms]) if forms else values_of(kind, *next(numbers))

    def _numbers_in(self, parts: pa.BinaryArray, headers: Headers) -> Iterator[tuple[Integers, pa.Buffer | None]]:
        """The words of each column, and its bitmap."""
        widths: Bytes = np.zeros((sum(self.words), len(headers.versions)), np.uint8)
        for first, words, in_header in zip(self.firsts, self.words, headers.widths, strict=True):
            widths[first] = np.minimum(in_header, WORD)
            if words > 1:
                widths[first + 1 : first + words] = np.where(in_header > WORD, WORD, 0)
        ends = offsets_in(parts)[1 :: len(headers.sizes)] + np.cumsum(widths, axis=0, dtype=np.int64)
        table = unpacked_words(block_of(parts), ends, widths)
        for first, words, in_header in zip(self.firsts, self.words, headers.widths, strict=True):
            if words > 1:
                more = table[first + 1 : first + words]
                np.copyto(more, table[first] >> 63, where=in_header <= WORD)
            yield table[first : first + words].T, None if in_header.all() else pa.array(in_header > 0).buffers()[1]

    def _runs_in(self, parts: pa.BinaryArray, places: Integers, headers: Headers) -> Iterator[Run]:
        for words, of_run, counts, widths in zip(self.forms, places, headers.counts, headers.run_widths, strict=True):
            yield Run(unpacked_run(parts, of_run, widths, words), counts, None if widths.all() else widths > 0)


class Headers(NamedTuple):
    """Of some values: arrays of numbers or runs, and of the values.

    Attributes:
        sizes: bytes of the header, of all numbers and of each run.
    """

    fingerprints: NDArray[np.uint64]
    versions: Integers
    widths: Bytes
    run_widths: Bytes
    counts: Integers
    sizes: Integers


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
    firsts = [sum(words[:place]) for place in range(len(words))]
    return Layout(version, kinds, words, firsts, forms, header)


def _number(fingerprint: bytes) -> int:
    return int.from_bytes(fingerprint, "little")
