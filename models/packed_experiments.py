"""Experiments' JSON values as columns of numbers: a quarter of the memory, and read without an object for each.

Only values in the very form that our producer writes are packed, so that each can be given back byte for byte. What is
packed here is what `models.decoding` gives for the same values; property tests hold the two together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from models.record_values import Values
from models.rows import MAX_COMPOUNDS, PLAIN_RUN_TIME, WHOLE_ID

Numbers: TypeAlias = NDArray[np.int64]
Narrow: TypeAlias = NDArray[np.signedinteger[Any]]
"""Integers of as few bits as hold all of a column; with a sign, so that columns of several widths stay integers."""

# All these numbers fit in 64 bits, run times in thousandths too.
_VALUE = (
    rf'\{{"experiment_id":{WHOLE_ID},"user_id":{WHOLE_ID},'
    rf'"experiment_compound_ids":\[(?:{WHOLE_ID}(?:,{WHOLE_ID})*+)?+\],"experiment_run_time":{PLAIN_RUN_TIME}\}}'
)
_ARE_CANONICAL = re.compile(rf"{_VALUE}(?:\n{_VALUE})*+".encode()).fullmatch
_NAMES = bytes(set(b'{"experiment_id":"user_id":"experiment_compound_ids":"experiment_run_time":}'))
"""Without these characters a value is `1,2,[3,4],5.678`."""
_OPENED, _COMMA, _CLOSED, _POINT = b"[,]."
_ZERO, _NINE = b"09"
_THOUSAND = 1000
_DECIMALS = 3


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
        fraction = b".%0*d" % (decimals, rest // 10 ** (_DECIMALS - decimals)) if decimals else b""
        return b'{"experiment_id":%d,"user_id":%d,"experiment_compound_ids":[%b],"experiment_run_time":%d%b}' % (
            int(self.experiment_ids[number]),
            int(self.user_ids[number]),
            b",".join(b"%d" % compound for compound in compounds.tolist()),
            whole,
            fraction,
        )


def packed(values: Values) -> PackedExperiments | None:
    """The values in packed form; None unless all of them are in the form that our producer writes."""
    if values.absent or not len(values) or not _ARE_CANONICAL(values.block):
        return None
    found = _parsed(values.block.translate(None, _NAMES) + b"\n")
    # A value of several lines, each of which is an experiment, is none.
    if len(found) != len(values) or int(found.listed.max()) > MAX_COMPOUNDS:
        return None
    return found


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


def _parsed(text: bytes) -> PackedExperiments:
    """The numbers of lines such as `1,2,[3,4],5.678`: those before each character that is no digit."""
    characters = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero((characters < _ZERO) | (characters > _NINE))
    digits = np.diff(ends, prepend=-1) - 1
    numbers = _numbers(characters, ends, digits)
    kinds = characters[ends]
    opened, closed = np.flatnonzero(kinds == _OPENED), np.flatnonzero(kinds == _CLOSED)
    is_compound = ((kinds == _COMMA) | (kinds == _CLOSED)) & (digits > 0)
    is_compound[opened - 2] = is_compound[opened - 1] = False
    # After the list comes a comma with nothing before it.
    whole: NDArray[np.intp] = closed + 2
    has_fraction = kinds[whole] == _POINT
    fractions = whole + has_fraction
    decimals = np.where(has_fraction, digits[fractions], 0)
    parts = np.where(has_fraction, numbers[fractions] * 10 ** (_DECIMALS - decimals), 0)
    return PackedExperiments(
        _narrow(numbers[opened - 2]),
        _narrow(numbers[opened - 1]),
        _narrow(numbers[whole] * _THOUSAND + parts),
        _narrow(decimals),
        _narrow(np.where(digits[closed] > 0, closed - opened, 0)),
        _narrow(numbers[is_compound]),
    )


def _numbers(characters: NDArray[np.uint8], ends: Numbers, digits: Numbers) -> Numbers:
    """What the digits before each end say; 0 where there are none."""
    numbers: Numbers = np.zeros(len(ends), np.int64)
    left = np.flatnonzero(digits)
    place, power = 1, 1
    while len(left):
        numbers[left] += (characters[ends[left] - place] - np.uint8(_ZERO)).astype(np.int64) * power
        left = left[digits[left] > place]
        place, power = place + 1, power * 10
    return numbers


def _narrow(numbers: Numbers) -> Narrow:
    narrow: Narrow = numbers.astype(np.min_scalar_type(-1 - int(numbers.max(initial=0))))
    return narrow
