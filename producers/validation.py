"""The verdict on one row, by the models of models.rows, with a reason for people.

This is the definition; producers.fast_rows gives the same for the rows that most files are made of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from models.decoding import explanation
from models.rows import MAX_ROW_BYTES
from producers.errors import RowFaultError
from producers.fields import PARSERS, Value
from producers.layout import Layout

ValueT = TypeVar("ValueT")


def is_blank(fields: list[str]) -> bool:
    """Whether a row holds nothing: spreadsheets write separators for empty cells."""
    return not any(field.strip() for field in fields)


def encode_row(layout: Layout, fields: list[str]) -> tuple[bytes, bytes]:
    """The key and the JSON value of a row's record.

    Raises:
        RowFaultError: the row is not valid.
    """
    check_width(layout, fields)
    texts = [fields[position].strip() for position in layout.positions]
    columns = zip(layout.columns, texts, strict=True)
    values = {column: parse(PARSERS[column], column, text) for column, text in columns}
    row = _validate(layout.kind.row, values)
    value = orjson.dumps(row.model_dump(mode="json"))
    if len(value) > MAX_ROW_BYTES:
        raise RowFaultError(
            None, None, f"the row takes {len(value):,} bytes as JSON; at most {MAX_ROW_BYTES:,} are taken"
        )
    return str(values[layout.kind.topic.key]).encode(), value


def check_width(layout: Layout, fields: list[str]) -> None:
    """See that a row has the fields that are read, and none but empty ones after the header's last.

    Raises:
        RowFaultError: it has not.
    """
    present, expected = len(fields), len(layout.header)
    missing = next((c for c, p in zip(layout.columns, layout.positions, strict=True) if p >= present), None)
    if missing is not None:
        raise RowFaultError(missing, None, f"is missing: the row has {present} fields, the header {expected}")
    if any(field.strip() for field in fields[expected:]):
        reason = f"the row has {present} fields, the header {expected}: put a field that holds the separator in quotes"
        raise RowFaultError(None, None, reason)


def parse(parser: Callable[[str], ValueT], column: str, text: str) -> ValueT:
    """The value of one field.

    Raises:
        RowFaultError: it has none.
    """
    try:
        return parser(text)
    except ValueError as error:
        raise RowFaultError(column, text, str(error)) from None


def _validate(definition: type[BaseModel], values: dict[str, Value]) -> BaseModel:
    try:
        return definition.model_validate(values)
    except ValidationError as error:
        field, reason = explanation(error)
        value = None if field is None else str(values.get(field))
        raise RowFaultError(field, value, reason) from None
