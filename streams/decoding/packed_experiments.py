"""Experiments' JSON values as columns of numbers: a quarter of the memory, and read without an object for each.

Only values in the very form that our producer writes are packed, so that each can be given back byte for byte. What is
packed here is what `streams.decoding.row_decoder` gives for the same values; property tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from models.rows import PLAIN_DECIMALS
from streams.columns.byte_column import ByteColumn
from streams.columns.swar_text import Numbers
from streams.decoding.experiment_json import read_experiments

Narrow: TypeAlias = NDArray[np.signedinteger[Any]]
"""Integers of as few bits as hold all of a column; with a sign, so that columns of several widths stay integers."""

_THOUSAND = 1000


@dataclass(frozen=True, slots=True, eq=False)
class PackedExperiments(Sequence[bytes]):
    """The values of some records; as a sequence, their JSON."""

    experiment_ids: Narrow
    user_ids: Narrow
    thousandths: Narrow
    """Run time."""
    decimals: Narrow
    """How many decimals the run time was written with."""
    listed: Narrow
    """How many compound ids the row lists."""
    compound_ids: Narrow
    """Those of all rows, one row's after the other's."""

    @property
    def nbytes(self) -> int:
        """What they take of memory."""
        columns = (self.experiment_ids, self.user_ids, self.thousandths, self.decimals, self.listed, self.compound_ids)
        return sum(column.nbytes for column in columns)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.experiment_ids)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> PackedExperiments: ...
    def __getitem__(self, index: int | slice) -> bytes | PackedExperiments:
        """One value, or those of consecutive records."""
        if isinstance(index, slice):
            return self._between(*index.indices(len(self)))
        return self._value(range(len(self))[index])

    def _between(self, start: int, stop: int, step: int) -> PackedExperiments:
        if step != 1:
            raise ValueError("only consecutive records are taken")
        rows, before = slice(start, stop), int(self.listed[:start].sum(dtype=np.int64))
        listed = self.listed[rows]
        compounds = slice(before, before + int(listed.sum(dtype=np.int64)))
        return PackedExperiments(
            self.experiment_ids[rows],
            self.user_ids[rows],
            self.thousandths[rows],
            self.decimals[rows],
            listed,
            self.compound_ids[compounds],
        )

    def _value(self, number: int) -> bytes:
        first = int(self.listed[:number].sum(dtype=np.int64))
        compounds = self.compound_ids[first : first + int(self.listed[number])]
        whole, rest = divmod(int(self.thousandths[number]), _THOUSAND)
        decimals = int(self.decimals[number])
        fraction = b".%0*d" % (decimals, rest // 10 ** (PLAIN_DECIMALS - decimals)) if decimals else b""
        return b'{"experiment_id":%d,"user_id":%d,"experiment_compound_ids":[%b],"experiment_run_time":%d%b}' % (
            int(self.experiment_ids[number]),
            int(self.user_ids[number]),
            b",".join(b"%d" % compound for compound in compounds.tolist()),
            whole,
            fraction,
        )


def packed(values: ByteColumn) -> PackedExperiments | None:
    """The values in packed form; None unless all of them are in the form that our producer writes."""
    if values.absent or not len(values):
        return None
    return packed_at(values.block, values.starts, values.ends)


def packed_at(block: bytes, starts: Numbers, ends: Numbers) -> PackedExperiments | None:
    """The values that stand at these places of a block; None unless all are in the form that our producer writes.

    Args:
        block: anything may stand around the values.
        starts: where each begins; one at least.
        ends: where each ends.
    """
    found = read_experiments(block, starts, ends)
    return None if found is None else PackedExperiments(*map(_narrow, found))


def joined_experiments(parts: Sequence[PackedExperiments]) -> PackedExperiments:
    """Those of several, one after the other."""
    return PackedExperiments(
        np.concatenate([part.experiment_ids for part in parts]),
        np.concatenate([part.user_ids for part in parts]),
        np.concatenate([part.thousandths for part in parts]),
        np.concatenate([part.decimals for part in parts]),
        np.concatenate([part.listed for part in parts]),
        np.concatenate([part.compound_ids for part in parts]),
    )


def _narrow(numbers: Numbers) -> Narrow:
    narrow: Narrow = numbers.astype(np.min_scalar_type(-1 - int(numbers.max(initial=0))))
    return narrow
