"""What the Faust table holds of a user, as bytes that are read and written for many users at once.

A value is a header of fixed size and then the user's pairs of compound id and count to its end, by ascending id. Ids,
and counts, have as many bytes as the user's greatest takes: 1, 2, 4 or 8. All numbers are little-endian.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from streams.columns.ragged import offsets_of
from streams.features.aggregate import Aggregate
from streams.features.aggregate_columns import Aggregates
from streams.features.compound_pairs import Integers, Narrow

NOTHING = -1
"""In place of a size: no value."""

MAX_VALUE_BYTES = 900 * 1024
"""A user's value beyond this would not fit in a Kafka record."""

_FORM = 0xC1
"""The first byte of each value; MessagePack, the form before this one, begins no value with it."""
_HEADER = np.dtype(
    [
        ("form", "u1"),
        ("widths", "u1"),
        ("experiments", "<i8"),
        ("thousandths", "<i8"),
        ("version", "<i8"),
    ]
)
_HEADER_BYTES = _HEADER.itemsize
_TYPES = ("<u1", "<u2", "<u4", "<i8")
_PAIRS = [np.dtype([("compound_id", ids), ("count", counts)]) for ids in _TYPES for counts in _TYPES]
"""By the number in `widths`."""
_PAIR_BYTES = np.array([pair.itemsize for pair in _PAIRS])
_TOO_WIDE = np.array([1 << 8, 1 << 16, 1 << 32])
"""Numbers that do not fit in the first, second and third of the types."""
_Bytes: TypeAlias = NDArray[np.uint8]


class Encoded(NamedTuple):
    """The values of some users."""

    block: bytes
    """One after the other."""
    sizes: Integers
    """Bytes of each; `NOTHING` if the table is to hold nothing of the user."""

    @property
    def first_bytes(self) -> Integers:
        """Where each value begins; and, last, where all end."""
        return offsets_of(np.maximum(self.sizes, 0))

    def values(self) -> list[bytes | None]:
        """Each for itself; None if the table is to hold nothing."""
        block, first = self.block, self.first_bytes.tolist()
        values: list[bytes | None] = [block[start:end] for start, end in pairwise(first)]
        for number in np.flatnonzero(self.sizes == NOTHING).tolist():
            values[number] = None
        return values


def encoded(aggregates: Aggregates) -> Encoded:
    """Their values; none of a user without experiments, and none where it would not fit.

    The table then holds nothing of users whose sum of run times takes more than 64 bits, or whose value more than
    `MAX_VALUE_BYTES`: these are recomputed each time.
    """
    stored = aggregates.experiments > 0
    if aggregates.thousandths.dtype == object:
        stored &= (aggregates.thousandths <= np.iinfo(np.int64).max).astype(np.bool_)
    of_stored = aggregates.at(stored)
    widths = _widths(of_stored)
    of_user = _HEADER_BYTES + of_stored.pairs * _PAIR_BYTES[widths]
    fit = of_user <= MAX_VALUE_BYTES
    if not fit.all():
        stored[stored] = fit
        of_stored, widths, of_user = of_stored.at(fit), widths[fit], of_user[fit]
    in_header = _in_header(of_user)
    block: _Bytes = np.empty(len(in_header), np.uint8)
    block[in_header] = _headers(of_stored, widths).view(np.uint8)
    block[~in_header] = _packed(widths, of_stored)
    sizes: Integers = np.full(len(aggregates), NOTHING, np.int64)
    sizes[stored] = of_user
    return Encoded(block.tobytes(), sizes)


def decoded(user_ids: Integers, values: Sequence[bytes | None]) -> Aggregates:
    """The aggregates of these users, whose values are given in the same order.

    One without value, or whose value is of another form, is a user without experiments and version.
    """
    sizes = np.array([0 if value is None else len(value) for value in values], np.int64)
    present = sizes >= _HEADER_BYTES
    if not present.all():
        values, sizes = (
            [value for value, is_long in zip(values, present.tolist(), strict=True) if is_long],
            sizes[present],
        )
    block = np.frombuffer(b"".join(values), np.uint8)  # type: ignore[arg-type]  # none is None here
    in_header = _in_header(sizes)
    headers = block[in_header].view(_HEADER)
    readable = _readable(headers, sizes)
    if not readable.all():
        present[present] = readable
        rest = iter(values)
        known = [value for value, can_be_read in zip(rest, readable.tolist(), strict=True) if can_be_read]
        return _among(user_ids, present, decoded(user_ids[present], known))
    pairs = (sizes - _HEADER_BYTES) // _PAIR_BYTES[headers["widths"]]
    ids, counts = _unpacked(headers["widths"], pairs, block[~in_header])
    found = Aggregates(
        user_ids[present],
        headers["experiments"].astype(np.int64),
        headers["thousandths"].astype(np.int64),
        headers["version"].astype(np.int64),
        offsets_of(pairs),
        ids,
        counts,
    )
    return _among(user_ids, present, found)


def value_of(aggregate: Aggregate) -> bytes | None:
    """The value of one user; None as for `encoded`."""
    [value] = encoded(Aggregates.of({0: aggregate})).values()
    return value


def aggregate_of(value: bytes) -> Aggregate | None:
    """What one user's value holds; None if it is of another form."""
    found = decoded(np.zeros(1, np.int64), [value]).user(0)
    return found if found.version else None


def _among(user_ids: Integers, present: NDArray[np.bool_], found: Aggregates) -> Aggregates:
    """The aggregates found, those that are present, and for other users none."""
    if len(found) == len(user_ids):
        return found

    def spread(column: NDArray[Any]) -> NDArray[Any]:
        all_of_them = np.zeros(len(user_ids), column.dtype)
        all_of_them[present] = column
        return all_of_them

    return Aggregates(
        user_ids,
        spread(found.experiments),
        spread(found.thousandths),
        spread(found.versions),
        offsets_of(spread(found.pairs)),
        found.compound_ids,
        found.counts,
    )


def _in_header(sizes: Integers) -> NDArray[np.bool_]:
    """For each byte of values of these sizes, whether it belongs to a header.

    Such masks copy whole spans, where indices copy byte by byte.
    """
    spans: Integers = np.empty((len(sizes), 2), np.int64)
    spans[:, 0] = _HEADER_BYTES
    spans[:, 1] = sizes - _HEADER_BYTES
    return np.repeat(np.tile((True, False), len(sizes)), spans.reshape(-1))


def _headers(aggregates: Aggregates, widths: NDArray[np.uint8]) -> NDArray[np.void]:
    headers: NDArray[np.void] = np.empty(len(aggregates), _HEADER)
    headers["form"] = _FORM
    headers["widths"] = widths
    headers["experiments"] = aggregates.experiments
    headers["thousandths"] = aggregates.thousandths
    headers["version"] = aggregates.versions
    return headers


def _widths(aggregates: Aggregates) -> NDArray[np.uint8]:
    """The form of each user's pairs: where it stands in `_PAIRS`."""
    widths: NDArray[np.uint8] = np.zeros(len(aggregates), np.uint8)
    some = aggregates.pairs > 0
    starts, ends = aggregates.first_pairs[:-1][some], aggregates.first_pairs[1:][some]
    of_ids = _type_numbers(aggregates.compound_ids[ends - 1])
    of_counts = _type_numbers(np.maximum.reduceat(aggregates.counts, starts))
    widths[some] = of_ids * len(_TYPES) + of_counts
    return widths


def _type_numbers(greatest: Narrow) -> NDArray[np.intp]:
    return np.searchsorted(_TOO_WIDE, greatest, side="right")


def _readable(headers: NDArray[np.void], sizes: Integers) -> NDArray[np.bool_]:
    known = (headers["form"] == _FORM) & (headers["widths"] < len(_PAIRS)) & (headers["version"] > 0)
    left_over = (sizes - _HEADER_BYTES) % _PAIR_BYTES[headers["widths"] % len(_PAIRS)]
    readable: NDArray[np.bool_] = known & (left_over == 0)
    return readable


class _Alike(NamedTuple):
    """Values whose pairs have the same form."""

    form: np.dtype[np.void]
    pairs: NDArray[np.bool_] | slice
    """Which of all pairs are theirs."""
    places: NDArray[np.bool_] | slice
    """And which of the bytes of all pairs."""


def _alike(widths: NDArray[np.uint8], pairs: Integers) -> Iterator[_Alike]:
    if len(widths) and (widths == widths[0]).all():
        yield _Alike(_PAIRS[widths[0]], slice(None), slice(None))
        return
    for number in np.unique(widths).tolist():
        theirs = widths == number
        yield _Alike(_PAIRS[number], np.repeat(theirs, pairs), np.repeat(theirs, pairs * _PAIR_BYTES[widths]))


def _packed(widths: NDArray[np.uint8], aggregates: Aggregates) -> _Bytes:
    """The pairs of all users, each user's in integers of their own widths."""
    packed: _Bytes = np.empty(int((aggregates.pairs * _PAIR_BYTES[widths]).sum()), np.uint8)
    for form, pairs, places in _alike(widths, aggregates.pairs):
        ids, counts = aggregates.compound_ids[pairs], aggregates.counts[pairs]
        theirs: NDArray[np.void] = np.empty(len(ids), form)
        theirs["compound_id"], theirs["count"] = ids, counts
        packed[places] = theirs.view(np.uint8)
    return packed


def _unpacked(widths: NDArray[np.uint8], pairs: Integers, packed: _Bytes) -> tuple[Narrow, Narrow]:
    """Compound ids and counts of all."""
    alike = list(_alike(widths, pairs))
    if len(alike) == 1:
        all_of_them = packed.view(alike[0].form)
        return all_of_them["compound_id"], all_of_them["count"]
    ids: Integers = np.zeros(int(pairs.sum()), np.int64)
    counts = np.zeros_like(ids)
    for form, theirs, places in alike:
        of_theirs = packed[places].view(form)
        ids[theirs], counts[theirs] = of_theirs["compound_id"], of_theirs["count"]
    return ids, counts
