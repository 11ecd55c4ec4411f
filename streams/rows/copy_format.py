"""Experiments in the binary form of COPY, made by columns.

A row is the number of its fields, then size and value of each, all big-endian: "Binary Format" in the PostgreSQL
manual on COPY; the values are what the types' receive functions in src/backend/utils/adt read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from streams.decoding.packed_experiments import Narrow
    from streams.rows.experiment_columns import ExperimentColumns

COLUMNS = (
    "experiment_id",
    "user_id",
    "experiment_run_time",
    "published_at",
    "load_id",
    "line",
    "experiment_compound_ids",
)
"""In the order of the fields: the one that differs in length is the last."""

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_BIGINT_OID = 20
_POSTGRES_EPOCH = 946_684_800_000
"""2000-01-01 in milliseconds since 1970."""
_COMPOUNDS_AT_ONCE = 16_000
"""Of rows in this form, shorter lists filled up to the longest: so many stay in the processor's cache."""
_ELEMENT = np.dtype([("size", ">i4"), ("value", ">i8")])
_ELEMENT_BYTES = 8
_WORD = np.dtype(np.uint16)
"""All parts of a row are whole ones of these."""
_RUN_TIME_PREFIX = (4, 2, 0, 3)
"""numeric: so many digits of base 10,000, the weight of the first, no sign, decimals to show. Zeros may come first."""


def binary_rows(columns: ExperimentColumns) -> Iterator[bytes]:
    """The rows, in parts; header and trailer included.

    Args:
        columns: rows with publication times within `models.publication.SURE_MILLISECONDS`.
    """
    each = columns.contributions
    most = int(each.listed.max(initial=0))
    at_once = max(1, _COMPOUNDS_AT_ONCE // max(1, most))
    template, publications = _template(most), _publications(columns)
    firsts = np.cumsum(each.listed, dtype=np.int64) - each.listed
    yield _HEADER
    for start in range(0, len(firsts), at_once):
        rows = slice(start, start + at_once)
        listed = each.listed[rows].astype(np.int64)
        table = np.frombuffer(bytearray(template.tobytes() * len(listed)), template.dtype)
        table["id"], table["user"] = columns.experiment_ids[rows], each.user_ids[rows]
        for name, column in publications.items():
            table[name] = column[rows]
        _set_run_times(table, each.thousandths[rows].astype(np.int64))
        _set_compounds(table, listed, each.compound_ids[firsts[start] : firsts[start] + listed.sum()])
        yield _without_fillings(table, (most - listed) * (_ELEMENT.itemsize // _WORD.itemsize))
    yield _TRAILER


def _template(most: int) -> NDArray[np.void]:
    """A row of so many compound ids, with what is the same in all rows."""
    sized = {
        "id": ">i8",
        "user": ">i8",
        "run_time": np.dtype((">i2", (8,))),
        "published": ">i8",
        "load": "V16",
        "line": ">i8",
    }
    fields: list[Any] = [("fields", ">i2")]
    for name, form in sized.items():
        fields += [(f"size of {name}", ">i4"), (name, form)]
    row = np.dtype([*fields, ("size of compounds", ">i4"), ("array", ">i4", (5,)), ("compounds", _ELEMENT, (most,))])
    template = np.zeros((), row)
    template["fields"] = len(COLUMNS)
    for name in sized:
        template[f"size of {name}"] = template[name].nbytes
    template["compounds"]["size"] = _ELEMENT_BYTES
    template["run_time"][:4] = _RUN_TIME_PREFIX
    return template


def _publications(columns: ExperimentColumns) -> dict[str, NDArray[Any]]:
    times, loads, numbers, lines = columns.publications
    sources = np.asarray(numbers) - 1
    return {
        "published": ((np.array(times, np.int64) - _POSTGRES_EPOCH) * 1000)[sources],
        "load": np.frombuffer(b"".join(load.bytes for load in loads), "V16")[sources],
        "line": np.asarray(lines),
    }


def _set_run_times(table: NDArray[np.void], thousandths: NDArray[np.int64]) -> None:
    whole, rest = np.divmod(thousandths, 1000)
    digits = table["run_time"][:, 4:]
    digits[:, 3] = rest * 10
    for place in (2, 1, 0):
        whole, digits[:, place] = np.divmod(whole, 10_000)


def _set_compounds(table: NDArray[np.void], listed: NDArray[np.int64], compound_ids: Narrow) -> None:
    # Dimensions, no NULLs, the elements' type, their number and the first one's subscript.
    header = table["array"]
    header[:] = (1, 0, _BIGINT_OID, 0, 1)
    header[:, 3] = listed
    table["size of compounds"] = header.itemsize * header.shape[1] + listed * _ELEMENT.itemsize
    places = np.arange(table["compounds"].shape[1]) < listed[:, None]
    table["compounds"]["value"][places] = compound_ids


def _without_fillings(table: NDArray[np.void], words: NDArray[np.int64]) -> bytes:
    """The rows, each without so many words at its end."""
    each = table.view(_WORD).reshape(len(table), -1)
    kept: bytes = each[np.arange(each.shape[1]) < each.shape[1] - words[:, None]].tobytes()
    return kept
