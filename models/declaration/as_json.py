"""A declaration as JSON: what is stored of the model in force, what the page shows, what two models are compared by.

What a declaration leaves out is left out here, so that a later release can say more of a model without changing what
it says of those that do not use it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from models.types.column_types import UNBOUNDED, Bounds, Column, ColumnType, Identifier

if TYPE_CHECKING:
    from models.aggregates.aggregate import Aggregate
    from models.declaration.model import FeatureTable, GroupColumn, Model, RowTable

Declared: TypeAlias = dict[str, Any]
"""JSON of a declaration, or of a part of it."""

_FINGERPRINT_BYTES: Final = 8
_NAMED_BY: Final = ("name", "table")
"""The members that name an object of a list whose order says nothing."""


def as_json(model: Model) -> Declared:
    """The declaration, in its own order.

    Members: `description`; `rows`, each with `table`, `key`, `columns` and what else it declares of `group`, `label`,
    `partitions`, `files`, `validators`; `features`, each with `table`, `of`, `group` and `aggregates`, of which each
    has its `name`, its `kind`, its arguments and the names of the `columns` that it writes; `reports`, queries by name.
    """
    return _without_nothing(
        {
            "description": model.description,
            "rows": [_rows(table) for table in model.rows],
            "features": [_features(table) for table in model.features],
            "reports": dict(model.reports),
        }
    )


def fingerprint_of(declared: Declared) -> str:
    """Sixteen hexadecimal digits, the same only for models that mean the same.

    Not part of it: the description, and the order of tables, columns and aggregates.
    """
    meaning = _unordered({name: value for name, value in declared.items() if name != "description"})
    text = json.dumps(meaning, sort_keys=True, ensure_ascii=False)
    return blake2b(text.encode(), digest_size=_FINGERPRINT_BYTES).hexdigest()


def model_fingerprint(model: Model) -> str:
    """The same of a model."""
    return fingerprint_of(as_json(model))


def _rows(table: RowTable) -> Declared:
    return _without_nothing(
        {
            "table": table.name,
            "key": list(table.key),
            "group": table.group,
            "label": table.label,
            "partitions": table.partitions,
            "files": list(table.file_names),
            "validators": _validators(table),
            "columns": [_column(column) for column in table.columns],
        }
    )


def _validators(table: RowTable) -> list[str]:
    """The names of functions that decide what a row is; what they do cannot be compared."""
    own = table.definition.__pydantic_decorators__
    kinds = (own.validators, own.field_validators, own.root_validators, own.model_validators)
    return sorted(name for kind in kinds for name in kind)


def _column(column: Column) -> Declared:
    return _without_nothing({"name": column.name, **_type(column.type), "optional": column.optional})


def _type(kind: ColumnType) -> Declared:
    """The name of a type, and its limits where it has any."""
    told: Declared = {"type": kind.name}
    for each in fields(kind):  # type: ignore[arg-type]  # every type is a dataclass
        value = getattr(kind, each.name)
        if isinstance(value, Bounds):
            unlimited = Identifier().bounds if isinstance(kind, Identifier) else UNBOUNDED
            told |= {name: _plain(limit) for name, limit in value._asdict().items() if value != unlimited}
        elif isinstance(value, ColumnType):
            told["item"] = _type(value)
        else:
            told[each.name] = value
    # Of a text or a list; a decimal of 0 places is another thing.
    return _without_nothing({**told, "min_length": told.get("min_length") or None})


def _features(table: FeatureTable) -> Declared:
    return {
        "table": table.name,
        "of": table.rows.name,
        "group": [_group(column) for column in table.group],
        "aggregates": [_aggregate(name, each, table) for name, each in table.aggregates.items()],
    }


def _group(column: GroupColumn) -> Declared:
    return _without_nothing({"name": column.name, "column": column.column.name, "period": column.period})


def _aggregate(name: str, aggregate: Aggregate, table: FeatureTable) -> Declared:
    arguments = {each.name: getattr(aggregate, each.name) for each in fields(aggregate)}
    columns = [output.name for output in aggregate.outputs(name, table.rows.types)]
    return _without_nothing({"name": name, "kind": type(aggregate).__name__, **arguments, "columns": columns})


def _plain(limit: object) -> object:
    return limit if isinstance(limit, int | None) else str(limit)


def _without_nothing(declared: Declared) -> Declared:
    return {name: value for name, value in declared.items() if value not in (None, "", [], {}) and value is not False}


def _unordered(value: object) -> object:
    """The same with objects by their names in place of lists of them."""
    if isinstance(value, Mapping):
        return {name: _unordered(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        named = [_name(each) for each in value]
        if all(named):
            return {name: _unordered(each) for name, each in zip(named, value, strict=True)}
        return [_unordered(each) for each in value]
    return value


def _name(value: object) -> str | None:
    """What names an object of a list; None: nothing does."""
    if not isinstance(value, Mapping):
        return None
    return next((value[member] for member in _NAMED_BY if member in value), None)
