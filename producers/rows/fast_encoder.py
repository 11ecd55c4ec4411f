r"""Rows to records, for the rows that most files are made of, at several times the speed of producers.rows.validation.

The encoder of a file takes what it recognises at a glance and gives None for everything else, right or wrong: that goes
to producers.rows.validation. Whatever is taken here is taken there too, with an equal value; a property test holds them
together. It is a function that is written for the file's columns, as namedtuple and dataclass write
theirs. For a number and texts:

    def encode(fields):
        if len(fields) != 4: return None
        c0, c1, c2, c3 = columns(fields)
        if not are_plain(c0): return None
        c1 = c1.strip()
        if not c1 or "\x00" in c1: return None
        …
        value = f'{{"number":{c0},"name":{quoted(c1)},…}}'.encode()
        return c0.encode(), value
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any, Final, NamedTuple

from models.rows import MAX_ROW_BYTES
from models.types.column_types import (
    UNBOUNDED,
    Bounds,
    Column,
    ColumnType,
    ExactDecimal,
    Identifier,
    ListType,
    TextType,
    WholeNumber,
)
from producers.errors import FieldFaultError
from producers.rows.column_mapping import ColumnMapping
from producers.rows.json_rows import json_of
from producers.rows.suspect_values import SuspectValues
from producers.values.fields import Parse
from producers.values.null_markers import LONGEST_MARKER, NULL_MARKERS

Encode = Callable[[list[str]], tuple[bytes, bytes] | None]
"""The key and the JSON value of a row's record; None if the row is not recognised."""

_REMEMBERED_VALUES: Final = 65_536
_LONGEST_REMEMBERED: Final = 40
_IN_NUMBERS: Final = re.compile(r"[0-9\s-]")
"""What no separator of a list that is recognised holds."""
_NOT_NEGATIVE: Final = Bounds(ge=0)


def fast_encoder(layout: ColumnMapping, suspects: SuspectValues | None = None) -> Encode:
    """The encoder for files of this layout; of deletions it recognises none, and of rows with validators of their own.

    Args:
        layout: of the file.
        suspects: counts its texts that may be meant otherwise; the first row that has some is not recognised.
    """
    if layout.deletes or layout.kind.has_validators:
        return lambda _: None
    encode, null = _written(layout, suspects or SuspectValues(layout)), layout.null
    if null:
        return lambda fields: encode(["" if field.strip() in null else field for field in fields])
    return encode


class _Part(NamedTuple):
    """What the function does with one column, in Python."""

    json: str
    """What stands in an f-string for the JSON of its value."""
    plain: str = ""
    """Regular expression of the texts that are taken; empty: the lines decide."""
    lines: tuple[str, ...] = ()
    """Steps before the JSON is made."""
    names: Mapping[str, Any] = {}
    """What the lines use beside it."""


def _written(layout: ColumnMapping, suspects: SuspectValues) -> Encode:
    columns = [(f"c{number}", column) for number, column in enumerate(layout.columns)]
    parts = [
        _part(name, column, parse, is_key=column.name in layout.kind.partitioned_by)
        for (name, column), (_, _, parse) in zip(columns, layout.parsers, strict=True)
    ]
    first = layout.positions[0]
    names: dict[str, Any] = {
        "columns": itemgetter(*layout.positions) if len(parts) > 1 else lambda fields: (fields[first],),
        "are_plain": re.compile(r"\n".join(part.plain for part in parts if part.plain)).fullmatch,
        "quoted": encode_basestring,
        "Decimal": Decimal,
        "markers": NULL_MARKERS,
        "count": suspects.count,
    }
    for part in parts:
        names |= part.names
    source = "\n    ".join(["def encode(fields):", *_lines(layout, columns, parts)])
    exec(source, names)  # noqa: S102  # made from the declared types; all names in it are identifiers
    encode: Encode = names["encode"]
    return encode


def _lines(layout: ColumnMapping, columns: list[tuple[str, Column]], parts: list[_Part]) -> Iterator[str]:
    yield f"if len(fields) != {len(layout.header)}: return None"
    yield f"{', '.join(name for name, _ in columns)}, = columns(fields)"
    # One match for all of them is twice as fast as one for each.
    joined = r"\n".join(f"{{{name}}}" for (name, _), part in zip(columns, parts, strict=True) if part.plain)
    if joined:
        yield f"if not are_plain(f'{joined}'): return None"
    for part in parts:
        yield from part.lines
    yield from _look_for_suspects(columns)
    json = {column.name: part.json for (_, column), part in zip(columns, parts, strict=True)}
    members = ",".join(f'"{name}":{value}' for name, value in json.items())
    keys = [json[name] for name in layout.kind.partitioned_by]
    key = keys[0] if len(keys) == 1 else f"[{','.join(keys)}]"
    # Bytes that were not UTF-8 cannot be encoded.
    yield f"try: key, value = f'''{key}'''.encode(), f'''{{{{{members}}}}}'''.encode()"
    yield "except UnicodeEncodeError: return None"
    yield f"return (key, value) if len(value) <= {MAX_ROW_BYTES} else None"


def _look_for_suspects(columns: list[tuple[str, Column]]) -> Iterator[str]:
    """Have texts counted that may be meant otherwise."""
    texts = [(name, column.optional) for name, column in columns if isinstance(column.type, TextType)]
    optional = [name for name, is_optional in texts if is_optional]
    tests = [f'{name}[:1] == "\'"' for name, _ in texts]
    tests += [f"(len({name}) <= {LONGEST_MARKER} and {name} in markers)" for name in optional]
    if tests:
        every = "".join(f"{name}, " for name, _ in texts)
        those = "".join(f"{name}, " for name in optional)
        yield f"if ({' or '.join(tests)}) and not count(({every}), ({those})): return None"


def _part(name: str, column: Column, parse: Parse, *, is_key: bool) -> _Part:
    kind, optional = column.type, column.optional
    if isinstance(kind, TextType):
        return _text(name, kind, parse, optional=optional)
    plain = "" if column.written else _plain(kind)
    # Equal keys must be equal bytes, and a decimal can be written in several ways.
    if not plain or (is_key and isinstance(kind, ExactDecimal)):
        known = f"known_{name}"
        return _Part(
            f"{{{name}}}", "", (f"if ({name} := {known}[{name}]) is None: return None",), {known: _Known(parse)}
        )
    refused, names = _beyond_limits(name, kind, parse)
    lines = [f"if {f'{name} and ' if optional else ''}{condition}: return None" for condition in refused]
    json = name
    if isinstance(kind, ListType):
        lines.append(f"{name} = {name}.replace({kind.separator!r}, ',')")
        json = f'f"[{{{name}}}]"'
    if not optional:
        return _Part(f"{{{json}}}", plain, tuple(lines), names)
    return _Part(f'{{{json} if {name} else "null"}}', f"(?:{plain})?+", tuple(lines), names)


def _text(name: str, kind: TextType, parse: Parse, *, optional: bool) -> _Part:
    refused = f"'\\x00' in {name}" if optional else f"not {name} or '\\x00' in {name}"
    names: dict[str, Any] = {}
    if kind != TextType():
        refused += f" or {name} and not takes_{name}({name})"
        names = {f"takes_{name}": partial(_takes, parse=parse)}
    lines = (f"{name} = {name}.strip()", f"if {refused}: return None")
    return _Part(f'{{quoted({name}) if {name} else "null"}}' if optional else f"{{quoted({name})}}", "", lines, names)


def _plain(kind: ColumnType) -> str:
    """Regular expression of the plain form of a number, or of a list of some; empty: there is none."""
    match kind:
        case Identifier():
            return "[1-9][0-9]{0,17}+"
        case WholeNumber():
            return "(?:0|-?[1-9][0-9]{0,17}+)"
        case ExactDecimal(max_digits=digits, decimal_places=places):
            sign = "" if kind.bounds == _NOT_NEGATIVE else "-?"
            front = f"(?:0|[1-9][0-9]{{0,{digits - places - 1}}}+)" if digits > places else "0"
            return sign + front + (rf"(?:\.[0-9]{{1,{places}}}+)?+" if places else "")
        case ListType(item=item, separator=separator) if _plain(item) and not _IN_NUMBERS.search(separator):
            items = f"{_plain(item)}(?:{re.escape(separator)}{_plain(item)})*+"
            return items if kind.min_length else f"(?:{items})?+"
    return ""


def _beyond_limits(name: str, kind: ColumnType, parse: Parse) -> tuple[list[str], dict[str, Any]]:
    """When a number of plain form is none of its type, and the names in these conditions."""
    match kind:
        case ListType(item=item, separator=separator, min_length=least, max_length=most):
            plain = type(item)()
            conditions = [] if most is None else [f"len({name}) > {2 * most} and {name}.count({separator!r}) >= {most}"]
            conditions += [f"{name}.count({separator!r}) < {least - 1}"] if least > 1 else []
            if item == plain:
                return conditions, {}
            return [f"not takes_{name}({name})"], {f"takes_{name}": partial(_takes, parse=parse)}
        case WholeNumber(bounds) if kind != type(kind)():
            return _beyond(f"int({name})", name, bounds)
        case ExactDecimal(bounds=bounds) if bounds not in {UNBOUNDED, _NOT_NEGATIVE}:
            return _beyond(f"Decimal({name})", name, bounds)
    return [], {}


def _beyond(number: str, name: str, bounds: Bounds) -> tuple[list[str], dict[str, Any]]:
    signs = {"ge": "<", "gt": "<=", "le": ">", "lt": ">="}
    limits = {limit: value for limit, value in bounds._asdict().items() if value is not None}
    conditions = [f"{number} {signs[limit]} {limit}_{name}" for limit in limits]
    return conditions, {f"{limit}_{name}": value for limit, value in limits.items()}


def _takes(text: str, parse: Parse) -> bool:
    try:
        parse(text)
    except FieldFaultError:
        return False
    return True


class _Known(dict[str, str | None]):
    """The JSON of each text that a column may hold, None of any other: `known[text]`. Remembers a bounded number."""

    def __init__(self, parse: Parse) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, text: str) -> str | None:
        try:
            found = json_of(self._parse(text)).decode()
        except FieldFaultError:
            return None
        if len(text) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED_VALUES:
                self.clear()
            self[text] = found
        return found
