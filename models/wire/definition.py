"""What one JSON value means: the definition, value by value, which the ways by columns must agree with.

A value is a JSON object in UTF-8 (RFC 8259). Of members of one name the last counts; members that are not declared are
ignored. Types are strict: `"1"` and `1.0` are not whole numbers. Then the declared pydantic model decides.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final

from pydantic import BaseModel, ValidationError, create_model

from models.declaration.model import RowTable
from models.explanation import explanation
from models.types.column_types import MAX_DIGITS, Column, ExactDecimal, TextType
from models.wire.conversions import converter

Values = dict[str, Any]
"""Members by their names."""
_EXACT: Final = Context(prec=MAX_DIGITS)


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

    def __init__(self, table: RowTable, names: Iterable[str] | None = None, *, stored: bool = False) -> None:
        """Make it from the declaration.

        Args:
            table: of the rows.
            names: of the columns, in the order that they shall have; None for all.
            stored: whether the rows were found valid before: then neither limits nor functions of the model count.
        """
        self.columns = table.columns if names is None else columns_named(table, names)
        self._converters = [(column, converter(column.type)) for column in self.columns]
        # Arrow takes only decimals of the declared places.
        self._scales = {
            column.name: Decimal((0, (1,), -column.type.decimal_places))
            for column in self.columns
            if isinstance(column.type, ExactDecimal)
        }
        is_whole = names is None and not stored
        self._model = table.definition if is_whole else None if stored else _part_of(table, self.columns)
        # What functions of the model give must be a row too.
        self._of_functions = Definition(table, table.types) if is_whole and table.has_validators else None

    def read(self, members: Mapping[str, object]) -> Values:
        """The values of the columns, as Python has them, from a JSON object.

        Raises:
            NotARowError: they are not valid.
        """
        values: Values = {}
        for column, convert in self._converters:
            value = members.get(column.name)
            # Also an empty text is nothing, where nothing may be.
            if value is None or (value == "" and column.optional and isinstance(column.type, TextType)):
                if column.optional or column.name in members:
                    values[column.name] = None
                continue
            try:
                values[column.name] = convert(value)
            except ValueError as error:
                raise NotARowError(column.name, str(error)) from None
        return self.validated(values)

    def validated(self, values: Values) -> Values:
        """Values as Python has them, found valid, with decimals of their declared places.

        Raises:
            NotARowError: they are not valid.
        """
        found = self._checked(values)
        if self._of_functions is not None:
            return self._of_functions.read({name: _in_json(value) for name, value in found.items()})
        for name, places in self._scales.items():
            if found[name] is not None:
                found[name] = found[name].quantize(places, context=_EXACT)
        return found

    def _checked(self, values: Values) -> Values:
        if self._model is None:
            missing = next(
                (column.name for column in self.columns if not column.optional and values.get(column.name) is None),
                None,
            )
            if missing is not None:
                raise NotARowError(missing, "is missing")
            return {column.name: values.get(column.name) for column in self.columns}
        try:
            row = self._model.model_validate(values)
        except ValidationError as error:
            raise NotARowError(*explanation(error)) from None
        except Exception as error:
            if self._of_functions is None:
                raise
            raise NotARowError(None, f"the model's own functions raise {type(error).__name__}: {error}") from error
        found = vars(row)
        return {column.name: found[column.name] for column in self.columns}


def _in_json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


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
    return _JSON.decode(value.decode())


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"has the number {text[:MAX_DIGITS]}, whose exponent is too long") from None


def _refuse(name: str) -> object:
    raise ValueError(f"has {name}, which is not a number of JSON")


_JSON: Final = json.JSONDecoder(parse_float=_decimal, parse_constant=_refuse)


def _part_of(table: RowTable, columns: tuple[Column, ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for column in columns:
        field = table.definition.model_fields[column.name]
        fields[column.name] = (field.rebuild_annotation(), ...)
    config = table.definition.model_config
    return create_model(table.definition.__name__, __config__=config, **fields)
