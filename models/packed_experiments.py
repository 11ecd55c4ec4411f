"""Experiments' JSON values as columns of numbers: a quarter of the memory, and read without an object for each.

Only values in the very form that our producer writes are packed, so that each can be given back byte for byte. What is
packed here is what `models.decoding` gives for the same values; property tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from models.record_values import Values
from models.rows import MAX_COMPOUNDS
from models.text_places import MAX_DIGITS, MIN_BLOCK, Numbers, TextPlaces

Narrow: TypeAlias = NDArray[np.signedinteger[Any]]
"""Integers of as few bits as hold all of a column; with a sign, so that columns of several widths stay integers."""

_EXPERIMENT_ID = b'{"experiment_id":'
_USER_ID = b',"user_id":'
_COMPOUND_IDS = b',"experiment_compound_ids":['
_RUN_TIME = b'],"experiment_run_time":'
_VALUE_END = b"}"
_SHORTEST = len(_EXPERIMENT_ID + _USER_ID + _COMPOUND_IDS + _RUN_TIME + _VALUE_END) + len("1" "1" "0")
_COLON, _COMMA, _CLOSED, _POINT, _ZERO = b":,].0"
_NINE = 9
_THOUSAND = 1000
_WHOLE_DIGITS = 12
_DECIMALS = 3
_LONGEST_RUN_TIME = _WHOLE_DIGITS + 1 + _DECIMALS
_POWERS = 10 ** np.arange(_DECIMALS + 1)
_LONG_LIST = 16
"""Characters of a list, beyond which it is copied as a whole rather than by the character."""


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
    if starts.min() < 0 or ends.max() > len(block) or (ends - starts).min() < _SHORTEST:
        return None
    reader = _Reader(TextPlaces(block))
    try:
        return reader.read(starts, ends)
    except _OtherFormError:
        return None


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


class _OtherFormError(ValueError):
    """The values are not in the form that our producer writes."""


def _require(condition: np.bool | bool) -> None:  # noqa: FBT001  # its only argument
    if not condition:
        raise _OtherFormError


class _Reader:
    """Goes through all values of a block in step, as a parser goes through one."""

    def __init__(self, text: TextPlaces) -> None:
        self._text = text

    def read(self, starts: Numbers, ends: Numbers) -> PackedExperiments:
        experiment_ids, after = _ids(self._text, self._past(starts, _EXPERIMENT_ID))
        user_ids, after = _ids(self._text, self._past(after, _USER_ID))
        opened = self._past(after, _COMPOUND_IDS)
        run_times = self._text.last_before(_COLON, ends, _LONGEST_RUN_TIME + 2) + 1
        closed = run_times - len(_RUN_TIME)
        _require((closed >= opened).all())
        self._past(closed, _RUN_TIME)
        thousandths, decimals, after = self._run_time(run_times)
        self._past(after, _VALUE_END)
        _require((after == ends - len(_VALUE_END)).all())
        listed, compound_ids = self._compounds(opened, closed)
        return PackedExperiments(
            _narrow(experiment_ids),
            _narrow(user_ids),
            _narrow(thousandths),
            _narrow(decimals),
            _narrow(listed),
            _narrow(compound_ids),
        )

    def _past(self, places: Numbers, literal: bytes) -> Numbers:
        _require(self._text.all_read(places, literal))
        return places + len(literal)

    def _run_time(self, places: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Thousandths, how many decimals there are, and where each run time ends."""
        whole, digits = self._text.numbers(places)
        _require((digits > 0).all() and (digits <= _WHOLE_DIGITS).all())
        _require(((self._text.characters_at(places) != _ZERO) | (digits == 1)).all())
        points = places + digits
        has_point = self._text.characters_at(points) == _POINT
        parts, decimals = self._text.numbers(points + 1)
        decimals = np.where(has_point, decimals, 0)
        _require((decimals <= _DECIMALS).all() and (has_point == (decimals > 0)).all())
        thousandths = whole * _THOUSAND + np.where(has_point, parts, 0) * _POWERS[_DECIMALS - decimals]
        return thousandths, decimals, points + has_point + decimals

    def _compounds(self, opened: Numbers, closed: Numbers) -> tuple[Numbers, Numbers]:
        """How many compounds each value lists, and those of all."""
        lists = self._lists(opened, closed)
        characters = np.frombuffer(lists, np.uint8)
        ends = np.flatnonzero(characters - np.uint8(_ZERO) > _NINE)
        kinds = characters[ends]
        last = np.flatnonzero(kinds == _CLOSED)
        # As many lists have a closing bracket; there is no other one, and nothing else but commas.
        _require(len(last) == len(opened) and np.count_nonzero(kinds == _COMMA) == len(ends) - len(last))
        listed, is_empty = np.diff(last, prepend=-1), opened == closed
        starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
        if is_empty.any():
            starts, ends = np.delete(starts, last[is_empty]), np.delete(ends, last[is_empty])
            listed -= is_empty
        _require(listed.max() <= MAX_COMPOUNDS)
        text = TextPlaces(lists + bytes(MIN_BLOCK))
        ids, after = _ids(text, starts)
        _require((after == ends).all())
        return listed, ids

    def _lists(self, opened: Numbers, closed: Numbers) -> bytes:
        """The lists one after the other, each with its closing bracket."""
        lengths = closed - opened + 1
        ends = np.cumsum(lengths)
        if ends[-1] > _LONG_LIST * len(ends):
            block = self._text.block
            return b"".join([block[start:end] for start, end in zip(opened.tolist(), (closed + 1).tolist(), strict=True)])
        indices = np.repeat(opened - (ends - lengths), lengths)
        indices += np.arange(len(indices))
        return self._text.characters[indices].tobytes()


def _ids(text: TextPlaces, places: Numbers) -> tuple[Numbers, Numbers]:
    """The id at each place, and where it ends."""
    ids, digits = text.numbers(places)
    _require((digits > 0).all() and (digits <= MAX_DIGITS).all() and (text.characters_at(places) != _ZERO).all())
    return ids, places + digits


def _narrow(numbers: Numbers) -> Narrow:
    narrow: Narrow = numbers.astype(np.min_scalar_type(-1 - int(numbers.max(initial=0))))
    return narrow
