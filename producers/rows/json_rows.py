"""Values of a row as JSON, one row at a time; by columns, models.wire writes the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import orjson


def json_of(value: object) -> bytes:
    """Its JSON: decimals in digits without zeros at their end, dates YYYY-MM-DD, datetimes RFC 3339 in UTC."""
    return orjson.dumps(value, default=_decimal, option=orjson.OPT_UTC_Z)


def _decimal(value: object) -> orjson.Fragment:
    if not isinstance(value, Decimal):
        raise TypeError
    digits = f"{value:f}"
    return orjson.Fragment((digits.rstrip("0").rstrip(".") if "." in digits else digits).encode())


def key_of(names: Sequence[str], values: Mapping[str, object]) -> bytes:
    """The key of a record by the values of these columns: the JSON of one, or an array of several."""
    found = [values[name] for name in names]
    return json_of(found[0] if len(found) == 1 else found)
