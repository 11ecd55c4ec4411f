"""The verdict on one row, by the declared model, with all its faults and their reasons for people.

This is the definition; producers.rows.fast_encoder gives the same for the rows that most files are made of. What is
refused here is published as a reject by producers.load.file_loading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pydantic import BaseModel, ValidationError

from models.explanation import explanation
from models.fault_codes import FaultCode
from models.rows import MAX_ROW_BYTES
from producers.errors import Fault, FieldFaultError, RowFaultError
from producers.rows.column_mapping import ColumnMapping
from producers.rows.json_rows import json_of, key_of

Values = dict[str, object]
"""By the names of their columns."""


def is_blank(fields: list[str]) -> bool:
    """Whether a row holds nothing: spreadsheets write separators for empty cells."""
    return not any(field.strip() for field in fields)


def encode_row(layout: ColumnMapping, fields: list[str]) -> tuple[bytes, bytes]:
    """The key and the JSON value of a row's record.

    Raises:
        RowFaultError: the row is not valid.
    """
    row = _validated(layout.kind.definition, parsed(layout, fields))
    values = {name: getattr(row, name) for name in layout.kind.types}
    value = json_of(values)
    if len(value) > MAX_ROW_BYTES:
        reason = f"the row takes {len(value):,} bytes as JSON; at most {MAX_ROW_BYTES:,} are taken"
        raise RowFaultError(Fault(FaultCode.TOO_LONG, None, None, reason))
    return key_of(layout.kind.partitioned_by, values), value


def parsed(layout: ColumnMapping, fields: list[str]) -> Values:
    """The values of the columns that are read, by column.

    Raises:
        RowFaultError: a field has no value, is missing, or there are too many; all faults are reported, one a field at
            most. Which field of a row that is too long belongs to which column is not known, so it has one fault.
    """
    faults = list(_width_faults(layout, fields))
    if faults and faults[0].code is FaultCode.TOO_MANY_FIELDS:
        raise RowFaultError(replace(faults[0], reason=faults[0].reason + _way_on(layout, fields)))
    values: Values = {}
    for name, position, parse in layout.parsers:
        if position < len(fields):
            text = fields[position].strip()
            if len(text) > MAX_ROW_BYTES:
                reason = f"has {len(text):,} characters; at most {MAX_ROW_BYTES:,} are taken"
                faults.append(Fault(FaultCode.TOO_LONG, name, text, reason))
                continue
            try:
                values[name] = parse("" if text in layout.null else text)
            except FieldFaultError as fault:
                faults.append(Fault(fault.code, name, text, fault.reason))
    if faults:
        raise RowFaultError(*faults)
    return values


def _way_on(layout: ColumnMapping, fields: list[str]) -> str:
    """What to do about a row that has too many fields."""
    quote = 'if single quotes are quotes here, add --quote "\'"'
    if any(field.lstrip().startswith("'") for field in fields) and any(
        field.rstrip().endswith("'") for field in fields
    ):
        return quote
    if len(fields) != len(layout.header) + 1 or not _is_valid(layout, fields[1:]):
        return _QUOTE_IT
    return f"{_QUOTE_IT}, or {_NO_NAMES}" if _is_valid(layout, fields[:-1]) else _NO_NAMES


_QUOTE_IT = "put a field that holds the separator in quotes"
_NO_NAMES = "leave out the names of the rows, from R with row.names = FALSE"


def _is_valid(layout: ColumnMapping, fields: list[str]) -> bool:
    try:
        parsed(layout, fields)
    except RowFaultError:
        return False
    return True


def _width_faults(layout: ColumnMapping, fields: list[str]) -> Iterator[Fault]:
    present, expected = len(fields), len(layout.header)
    if any(field.strip() for field in fields[expected:]):
        reason = f"the row has {present} fields, the header {expected}: "
        yield Fault(FaultCode.TOO_MANY_FIELDS, None, None, reason)
    missing = next((name for name, position, _ in layout.parsers if position >= present), None)
    if missing is not None:
        reason = f"is missing: the row has {present} fields, the header {expected}"
        yield Fault(FaultCode.TOO_FEW_FIELDS, missing, None, reason)


def _validated(definition: type[BaseModel], values: Values) -> BaseModel:
    try:
        return definition.model_validate(values)
    except ValidationError as error:
        field, reason = explanation(error)
        value = None if field is None else str(values.get(field))
        raise RowFaultError(Fault(FaultCode.NOT_VALID, field, value, reason)) from None
