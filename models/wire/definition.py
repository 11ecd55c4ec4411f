"""What one JSON value means: the definition, value by value, which the ways by columns must agree with.

A value is a JSON object in UTF-8 (RFC 8259). Of members of one name the last counts; members that are not declared are
ignored. Types are strict: `"1"` and `1.0` are not whole numbers. Then the declared pydantic model decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final

from pydantic import BaseModel, ValidationError, create_model

from models.declaration.model import RowTable
from models.explanation import explanation
from models.types.column_types import (
    GREATEST_INT,
    LEAST_INT,
    MAX_DIGITS,
    Column,
    ColumnType,
    Day,
    ExactDecimal,
    Instant,
    ListType,
    TextType,
    WholeNumber,
)

Values = dict[str, Any]
"""Members by their names."""
_EXACT: Final = Context(prec=MAX_DIGITS)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


class NotARowError(ValueError):
    """A value is not what it should be.

    Attributes:
        field: the column at fault; None if it is the value as a whole.
        reason: for people.
    """

    def __init__(self, field: str | None, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


class Definition:
    """Reads single values of the rows of one table, or of some of their columns."""

    def __init__(self, table: RowTable, names: Iterable[str] | None = None) -> None:
        """Take the names of the columns, in the order that they shall have; None for all."""
        self.columns = table.columns if names is None else columns_named(table, names)
        self._model = table.definition if names is None else _part_of(table, self.columns)

    def read(self, members: Mapping[str, object]) -> Values:
        """The values of the columns, as Python has them, from a JSON object.

        Raises:
            NotARowError: they are not valid.
        """
        values = {
            column.name: _python_value(column, members.get(column.name))
            for column in self.columns
            if column.optional or column.name in members
        }
        return self.validated(values)

    def validated(self, values: Values) -> Values:
        """Values as Python has them, found valid, with decimals of their declared places.

        Raises:
            NotARowError: they are not valid.
        """
        try:
            row = self._model.model_validate(values)
        except ValidationError as error:
            raise NotARowError(*explanation(error)) from None
        return {column.name: _scaled(column.type, getattr(row, column.name)) for column in self.columns}


def columns_named(table: RowTable, names: Iterable[str]) -> tuple[Column, ...]:
    """The columns of these names, in the names' order: `table.key`, say, or `table.partitioned_by`."""
    by_name = {column.name: column for column in table.columns}
    return tuple(by_name[name] for name in names)


def members_of(value: bytes) -> Values:
    """The members of a JSON object; numbers with a point or exponent are exact decimals.

    Raises:
        NotARowError: it is not a JSON object.
    """
    try:
        found = json_of_bytes(value)
    except (ValueError, RecursionError) as error:
        raise NotARowError(None, f"is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise NotARowError(None, "is not a JSON object")
    return found


def json_of_bytes(value: bytes) -> object:
    """What a JSON text holds.

    Raises:
        ValueError: it is not JSON in UTF-8.
        RecursionError: it is nested too deeply.
    """
    return json.loads(value.decode(), parse_float=_decimal, parse_constant=_refuse)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"has the number {text[:MAX_DIGITS]}, whose exponent is too long") from None


def _refuse(name: str) -> object:
    raise ValueError(f"has {name}, which is not a number of JSON")


def _part_of(table: RowTable, columns: tuple[Column, ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for column in columns:
        field = table.definition.model_fields[column.name]
        fields[column.name] = (field.rebuild_annotation(), ...)
    config = table.definition.model_config
    return create_model(table.definition.__name__, __config__=config, **fields)


def _python_value(column: Column, value: object) -> object:
    """A value as Python has it, from JSON; what has the wrong type stays for the model to refuse."""
    if value is None or (value == "" and column.optional and isinstance(column.type, TextType)):
        return None
    try:
        return _converted(column.type, value)
    except ValueError as error:
        raise NotARowError(column.name, str(error)) from None


def _converted(kind: ColumnType, value: object) -> object:
    match kind, value:
        case ListType(item=item), list():
            return [_converted(item, each) for each in value]
        case TextType(), str():
            return _storable(value)
        case WholeNumber(), int() if not LEAST_INT <= value <= GREATEST_INT:
            raise ValueError("is not a whole number of 64 bits")
        case Day(), _:
            return _day(value)
        case Instant(), _:
            return _instant(value)
        case ExactDecimal(), _:
            return _number(value)
    return value


def _storable(text: str) -> str:
    if not text:
        raise ValueError("is empty; expected a text")
    if "\x00" in text:
        raise ValueError("holds a NUL character, which Postgres cannot store")
    if _SURROGATE.search(text):
        raise ValueError("holds half of a surrogate pair, which is not a character")
    return text


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise ValueError("is not a number")  # noqa: TRY004  # a fault of the value, as the others are
    return Decimal(value)


def _day(value: object) -> date:
    expected = "is not a date of the form YYYY-MM-DD"
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError(expected)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(expected) from None


def _instant(value: object) -> datetime:
    expected = "is not a date and time of the form YYYY-MM-DDTHH:MM:SSZ (RFC 3339; up to six decimals of a second)"
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError(expected)
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(expected) from None


def _scaled(kind: ColumnType, value: object) -> object:
    """A decimal with its declared places, as Arrow wants it."""
    if isinstance(kind, ExactDecimal) and isinstance(value, Decimal):
        return value.quantize(Decimal((0, (1,), -kind.decimal_places)), context=_EXACT)
    return value
