"""Experiments' JSON, in the form that our producer writes, to numbers: all values in step, as a parser reads one.

No Python code runs for each value, and nothing is taken for granted: every character of a value is compared with what
has to be there or is a digit of one of the numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.rows import MAX_COMPOUNDS, PLAIN_DECIMALS, PLAIN_ID_DIGITS, PLAIN_WHOLE_DIGITS
from streams.columns.ragged import gather_indices
from streams.columns.swar_text import MIN_BLOCK, Numbers, TextAtOffsets

_EXPERIMENT_ID = b'{"experiment_id":'
_USER_ID = b',"user_id":'
_COMPOUND_IDS = b',"experiment_compound_ids":['
_RUN_TIME = b'],"experiment_run_time":'
_VALUE_END = b"}"
_SHORTEST = len(_EXPERIMENT_ID + _USER_ID + _COMPOUND_IDS + _RUN_TIME + _VALUE_END) + len("110")
_COLON, _COMMA, _CLOSED, _POINT, _ZERO = b":,].0"
_NINE = 9
_THOUSAND = 1000
_LONGEST_RUN_TIME = PLAIN_WHOLE_DIGITS + 1 + PLAIN_DECIMALS
_POWERS: Numbers = 10 ** np.arange(PLAIN_DECIMALS + 1)
_LONG_LIST = 16
"""Characters of a list, beyond which it is copied as a whole rather than by the character."""


class ExperimentNumbers(NamedTuple):
    """Columns in the order of `streams.decoding.packed_experiments.PackedExperiments`, which says what they hold."""

    experiment_ids: Numbers
    user_ids: Numbers
    thousandths: Numbers
    decimals: Numbers
    listed: Numbers
    compound_ids: Numbers


def read_experiments(block: bytes, starts: Numbers, ends: Numbers) -> ExperimentNumbers | None:
    """See `streams.decoding.packed_experiments.packed_at`."""
    if starts.min() < 0 or ends.max() > len(block) or (ends - starts).min() < _SHORTEST:
        return None
    try:
        return _Reader(TextAtOffsets(block)).read(starts, ends)
    except _OtherFormError:
        return None


class _OtherFormError(ValueError):
    """The values are not in the form that our producer writes."""


def _require(condition: np.bool | bool) -> None:  # noqa: FBT001  # its only argument
    if not condition:
        raise _OtherFormError


class _Reader:
    """Goes through all values of a block in step, as a parser goes through one."""

    def __init__(self, text: TextAtOffsets) -> None:
        self._text = text

    def read(self, starts: Numbers, ends: Numbers) -> ExperimentNumbers:
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
        return ExperimentNumbers(experiment_ids, user_ids, thousandths, decimals, listed, compound_ids)

    def _past(self, places: Numbers, literal: bytes) -> Numbers:
        _require(self._text.all_read(places, literal))
        return places + len(literal)

    def _run_time(self, places: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Thousandths, how many decimals there are, and where each run time ends."""
        whole, digits = self._text.numbers(places)
        _require((digits > 0).all() and (digits <= PLAIN_WHOLE_DIGITS).all())
        _require(((self._text.characters_at(places) != _ZERO) | (digits == 1)).all())
        points = places + digits
        has_point = self._text.characters_at(points) == _POINT
        parts, decimals = self._text.numbers(points + 1)
        decimals = np.where(has_point, decimals, 0)
        _require((decimals <= PLAIN_DECIMALS).all() and (has_point == (decimals > 0)).all())
        thousandths = whole * _THOUSAND + np.where(has_point, parts, 0) * _POWERS[PLAIN_DECIMALS - decimals]
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
        text = TextAtOffsets(lists + bytes(MIN_BLOCK))
        ids, after = _ids(text, starts)
        _require((after == ends).all())
        return listed, ids

    def _lists(self, opened: Numbers, closed: Numbers) -> bytes:
        """The lists one after the other, each with its closing bracket."""
        lengths = closed - opened + 1
        if lengths.sum() > _LONG_LIST * len(lengths):
            block = self._text.block
            return b"".join(
                [block[start:end] for start, end in zip(opened.tolist(), (closed + 1).tolist(), strict=True)]
            )
        return bytes(self._text.characters[gather_indices(opened, lengths)])


def _ids(text: TextAtOffsets, places: Numbers) -> tuple[Numbers, Numbers]:
    """The id at each place, and where it ends."""
    ids, digits = text.numbers(places)
    _require((digits > 0).all() and (digits <= PLAIN_ID_DIGITS).all() and (text.characters_at(places) != _ZERO).all())
    return ids, places + digits
