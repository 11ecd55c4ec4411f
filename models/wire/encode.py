"""Rows to JSON values, by columns: members in declared order, without spaces.

Numbers are digits without an exponent and, from typed columns, without zeros at their end; dates YYYY-MM-DD; datetimes
RFC 3339 in UTC with `Z`, and microseconds, all six digits, only where they are not 0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from models.declaration.model import RowTable
from models.types.column_types import Column, ColumnType, Day, ExactDecimal, Instant, ListType, TextType, WholeNumber
from models.wire.byte_arrays import Places, bytes_of
from models.wire.parts import Cells, Part, joined
from models.wire.plain_forms import TO_ESCAPE

NULL: Final = b"null"
_QUOTE: Final = b'"'
_DATE_AND_TIME: Final = (0, 10, 11, 19)
"""Where both begin and end in a text such as 2024-03-05 13:00:00."""
Texts: TypeAlias = pa.StringArray | Cells
_PLAIN_SCALE: Final = 6
"""Arrow writes decimals of more places than this with an exponent, if they are small."""


def json_values(table: RowTable, rows: pa.RecordBatch) -> pa.BinaryArray:
    """The JSON value of each row."""
    return joined_members(table, [json_of(column.type, rows.column(column.name)) for column in table.columns])


def value_parts(table: RowTable, texts: Mapping[str, Texts]) -> list[Part]:
    """The parts of each row's JSON value, from the texts of a file, which are known to be valid.

    Args:
        table: of the rows.
        texts: those of each column. An array's are in `models.wire.plain_forms.plain` form, items of lists divided by
            the separator and nothing else, a text trimmed and of any characters that are UTF-8; None for NULL.
            Cells' are such as need no escapes either, instants to the second with or without a zone, which is UTC;
            empty for NULL.
    """
    parts: list[Part] = []
    for opening, column in zip(member_openings(table.columns), table.columns, strict=True):
        parts += [opening, *json_parts(column, texts[column.name])]
    return [*parts, b"}"]


def json_parts(column: Column, texts: Texts) -> list[Part]:
    """The parts of the JSON of each text of a column; see `value_parts`."""
    return _parts_of_cells(column, texts) if isinstance(texts, Cells) else _parts_of_texts(column.type, texts)


def joined_members(table: RowTable, values: list[pa.BinaryArray]) -> pa.BinaryArray:
    """JSON objects of the JSON of each column; None is `null`."""
    parts: list[Part] = []
    for opening, value in zip(member_openings(table.columns), values, strict=True):
        parts += [opening, pc.fill_null(value, NULL)]
    return joined([*parts, b"}"], len(values[0]))


def member_openings(columns: Sequence[Column]) -> list[bytes]:
    """What stands before the value of each column."""
    names = [json.dumps(column.name, ensure_ascii=False).encode() for column in columns]
    return [(b"," if number else b"{") + name + b":" for number, name in enumerate(names)]


def json_of(kind: ColumnType, values: pa.Array) -> pa.BinaryArray:
    """The JSON of each value of a typed column; None stays None."""
    match kind:
        case ListType(item=item):
            return _json_lists(values, json_of(item, values.flatten()))
        case TextType():
            return _json_texts(values)
        case Day():
            return _enclosed(values.cast(pa.string()), b'"')
        case Instant():
            # Without its zone, which Arrow takes forty times as long to write.
            texts = values.view(pa.timestamp("us")).cast(pa.string()).cast(pa.binary())
            texts = pc.replace_substring(texts, ".000000", "")
            return _enclosed(pc.binary_replace_slice(texts, start=10, stop=11, replacement=b"T"), b'"', b'Z"')
        case ExactDecimal(decimal_places=places):
            return _decimals(values, places).cast(pa.binary())
        case _:
            return values.cast(pa.string()).cast(pa.binary())


def _parts_of_cells(column: Column, cells: Cells) -> list[Part]:
    parts: list[Part] = _instants(cells) if isinstance(column.type, Instant) else [cells]
    quotes: list[Part] = [_QUOTE] if isinstance(column.type, TextType | Day | Instant) else []
    if not column.optional or cells.lengths.all():
        return [*quotes, *parts, *quotes]
    nothing = (cells.lengths == 0).astype(np.intp)
    if not quotes:
        return [_either(b"", NULL, nothing), *parts]
    return [_either(_QUOTE, NULL, nothing), *parts, _either(_QUOTE, b"", nothing)]


def _either(one: bytes, other: bytes, chosen: Places) -> Cells:
    return Cells(one + other, np.array([0, len(one), len(one) + len(other)]), chosen)


def _instants(cells: Cells) -> list[Part]:
    """Date and time of each, to the second, in the form of the wire."""
    starts = cells.starts
    bounds: Places = np.empty(4 * len(starts) + 2, np.int32)
    bounds[0], bounds[-1] = 0, len(cells.block)
    for place, offset in enumerate(_DATE_AND_TIME):
        bounds[1 + place : -1 : 4] = starts + offset
    dates = Cells(cells.block, bounds, np.arange(1, len(bounds) - 1, 4))
    return [dates, b"T", dates._replace(chosen=dates.chosen + 2), b"Z"]


def _parts_of_texts(kind: ColumnType, texts: pa.StringArray) -> list[Part]:
    match kind:
        case ListType(item=WholeNumber(), separator=separator):
            return _parts_between(b"[", _with_commas(texts, separator), b"]")
        case Day() | Instant():
            return _parts_between(_QUOTE, texts, _QUOTE)
        case TextType() if not _has_escapes(texts):
            return _parts_between(_QUOTE, texts, _QUOTE)
        case _:
            return [pc.fill_null(_json_of_texts(kind, texts), NULL)]


def _parts_between(before: bytes, texts: pa.Array, after: bytes) -> list[Part]:
    if texts.null_count:
        return [pc.fill_null(_enclosed(texts, before, after), NULL)]
    return [before, texts.cast(pa.binary()), after]


def _with_commas(lists: pa.StringArray, separator: str) -> pa.Array:
    """Lists of numbers, with commas between these."""
    if len(separator.encode()) > 1 or lists.null_count:
        return pc.replace_substring(lists, separator, ",")
    block, bounds = bytes_of(lists)
    divided = block.to_pybytes().replace(separator.encode(), b",")
    offsets = pa.py_buffer(bounds.astype(np.int32, copy=False))
    return pa.Array.from_buffers(pa.binary(), len(lists), [None, offsets, pa.py_buffer(divided)])


def _json_of_texts(kind: ColumnType, texts: pa.StringArray) -> pa.BinaryArray:
    match kind:
        case ListType(item=TextType(), separator=separator):
            lists = pc.split_pattern(texts, separator)
            # A text without a separator in it is one item; an empty one is none.
            items = _json_texts(lists.flatten())
            joined = _json_lists(lists, items)
            return pc.if_else(pc.equal(texts, ""), b"[]", joined)
        case TextType():
            return _json_texts(texts)
        case _:
            return texts.cast(pa.binary())


def _json_lists(lists: pa.ListArray, items: pa.BinaryArray) -> pa.BinaryArray:
    lengths = pc.fill_null(pc.list_value_length(lists), 0)
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths)])
    joined = _enclosed(pc.binary_join(pa.ListArray.from_arrays(offsets, items), b","), b"[", b"]")
    return joined if not lists.null_count else pc.if_else(lists.is_valid(), joined, None)


def _json_texts(texts: pa.StringArray) -> pa.BinaryArray:
    plain = _enclosed(texts, b'"')
    if not _has_escapes(texts):
        return plain
    to_escape = pc.match_substring_regex(texts, TO_ESCAPE)
    escaped = [orjson.dumps(text) for text in texts.filter(to_escape).to_pylist()]
    return pc.replace_with_mask(plain, to_escape, pa.array(escaped, pa.binary()))


def _has_escapes(texts: pa.StringArray) -> bool:
    """Whether a text holds a character that JSON escapes."""
    # Looking at all bytes at once takes a tenth of looking at each text.
    characters = np.frombuffer(bytes_of(texts)[0], np.uint8)
    return bool(((characters < ord(" ")) | (characters == ord(_QUOTE)) | (characters == ord("\\"))).any())


def _decimals(values: pa.Array, places: int) -> pa.StringArray:
    """Digits without an exponent, and without zeros at the end of a fraction."""
    texts = values.cast(pa.string())
    if not places:
        return texts
    if places > _PLAIN_SCALE:
        small = pc.match_substring(texts, "E")
        written = [f"{value:f}" for value in values.filter(small).to_pylist()]
        texts = pc.replace_with_mask(texts, small, pa.array(written, pa.string())) if written else texts
    return pc.utf8_rtrim(pc.utf8_rtrim(texts, "0"), ".")


def _enclosed(texts: pa.Array, before: bytes, after: bytes | None = None) -> pa.BinaryArray:
    first, last = pa.scalar(before, pa.binary()), pa.scalar(after or before, pa.binary())
    return pc.binary_join_element_wise(first, texts.cast(pa.binary()), last, pa.scalar(b"", pa.binary()))
