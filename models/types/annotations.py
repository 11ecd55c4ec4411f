"""From the annotation of a field to the type of its column."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, NamedTuple, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import Field, TypeAdapter
from pydantic.fields import FieldInfo

from models.types.column_types import (
    MAX_DIGITS,
    Amount,
    Bounds,
    Column,
    ColumnType,
    Day,
    DecimalComma,
    ExactDecimal,
    Flag,
    Identifier,
    Instant,
    ListType,
    TextType,
    UnixTime,
    WholeNumber,
    Written,
)


class TypeFault(ValueError):  # noqa: N818  # a fault of the declaration, gathered with others
    """An annotation is not one of a column.

    Attributes:
        right: what would be right.
    """

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__(wrong)
        self.right = right


@dataclass(frozen=True)
class Separated:
    """The text between the values of a list in a file; not more than a few characters."""

    by: str


@dataclass(frozen=True)
class Header:
    """What the header of a file calls the column, where that cannot be the name of a field; in any case of letters."""

    name: str


class IdentifierMark:
    """Makes a whole number an identifier."""


UNITS: Final = ("s", "ms", "us")
"""Of UnixTime."""
_KNOWN: Final = "str, int, Id, Decimal, bool, date, datetime, or list[Id], list[int], list[str], each also with | None"
_DECIMAL: Final = "Annotated[Decimal, Field(max_digits=12, decimal_places=2)] with the digits that your values have"


class _Constraints(NamedTuple):
    """What `Field` and the other marks say."""

    names: frozenset[str]
    bounds: Bounds
    min_length: int
    max_length: int | None
    pattern: str | None
    max_digits: int | None
    decimal_places: int | None
    separator: str | None
    is_identifier: bool
    header: str | None
    written: Written | None


def column_of(name: str, annotation: object, marks: tuple[object, ...] = ()) -> Column:
    """The column that a field declares.

    Args:
        name: of the field.
        annotation: as it stands there, evaluated.
        marks: what is said of the field beside its annotation.

    Raises:
        TypeFault: there is no such type of column.
    """
    plain, found, optional = _unwrapped(annotation)
    said = _constraints((*found, *marks))
    header = None if said.header is None else " ".join(said.header.split()).casefold()
    if header == "":
        raise TypeFault("has an empty Header", "write the name that the files have, or leave it out")
    if isinstance(said.written, UnixTime) and said.written.unit not in UNITS:
        raise TypeFault(f"has UnixTime({said.written.unit!r})", f"use one of {', '.join(UNITS)}")
    if isinstance(said.written, Amount) and not _can_be_read(said.written):
        raise TypeFault(
            f"has {said.written}", 'write Amount("€") or Amount("€", decimal=","), with a sign without digits'
        )
    return Column(name, _type_of(plain, said), optional, header, said.written)


def _can_be_read(amount: Amount) -> bool:
    """Whether the sign cannot be taken for a part of a number."""
    is_part = any(character.isdigit() or character in "+-.,'" for character in amount.sign)
    return bool(amount.sign.strip()) and not is_part and amount.decimal in {".", ","}


def _unwrapped(annotation: object) -> tuple[object, tuple[object, ...], bool]:
    """The bare type, all that is said about it, and whether it may be None."""
    if get_origin(annotation) is Annotated:
        bare, *marks = get_args(annotation)
        plain, found, optional = _unwrapped(bare)
        return plain, (*found, *marks), optional
    if get_origin(annotation) in {Union, types.UnionType}:
        choices = [choice for choice in get_args(annotation) if choice is not type(None)]
        if len(choices) == 1:
            plain, found, _ = _unwrapped(choices[0])
            return plain, found, True
    return annotation, (), False


def _constraints(marks: tuple[object, ...]) -> _Constraints:
    said: dict[str, Any] = {}
    for mark in _flattened(marks):
        said.update(_said_by(mark))
    return _Constraints(
        frozenset(said),
        Bounds(*(said.get(limit) for limit in _LIMITS)),
        said.get("min_length", 0),
        said.get("max_length"),
        said.get("pattern"),
        said.get("max_digits"),
        said.get("decimal_places"),
        said.get("separator"),
        said.get("is_identifier", False),
        said.get("header"),
        said.get("DecimalComma", said.get("UnixTime", said.get("Amount"))),
    )


def _flattened(marks: tuple[object, ...]) -> list[object]:
    return [part for mark in marks for part in (mark.metadata if isinstance(mark, FieldInfo) else [mark])]


_LIMITS: Final = ("ge", "gt", "le", "lt")
_SAID: Final[dict[type, Callable[[Any], dict[str, object]]]] = {
    Ge: lambda mark: {"ge": mark.ge},
    Gt: lambda mark: {"gt": mark.gt},
    Le: lambda mark: {"le": mark.le},
    Lt: lambda mark: {"lt": mark.lt},
    MinLen: lambda mark: {"min_length": mark.min_length},
    MaxLen: lambda mark: {"max_length": mark.max_length},
    Separated: lambda mark: {"separator": mark.by},
    IdentifierMark: lambda _: {"is_identifier": True},
    Header: lambda mark: {"header": mark.name},
    DecimalComma: lambda mark: {"DecimalComma": mark},
    Amount: lambda mark: {"Amount": mark},
    UnixTime: lambda mark: {"UnixTime": mark},
}


def _said_by(mark: object) -> dict[str, object]:
    """What one mark says; pydantic's own marks for patterns and digits hold it as their attributes."""
    say = _SAID.get(type(mark))
    if say is not None:
        return say(mark)
    known = {"pattern", "max_digits", "decimal_places"}
    said = {name: value for name, value in getattr(mark, "__dict__", {}).items() if name in known and value is not None}
    if not said:
        raise TypeFault(f"has {mark!r}, which is not known here", "use Field with ge, gt, le, lt, lengths or a pattern")
    return said


_TAKEN: Final[dict[type, frozenset[str]]] = {
    int: frozenset({*_LIMITS, "is_identifier"}),
    Decimal: frozenset({*_LIMITS, "max_digits", "decimal_places", "DecimalComma", "Amount"}),
    str: frozenset({"min_length", "max_length", "pattern"}),
    bool: frozenset(),
    date: frozenset(_LIMITS),
    datetime: frozenset({*_LIMITS, "UnixTime"}),
    list: frozenset({"min_length", "max_length", "separator"}),
}
"""What may be said of each type."""
_LIMIT_TYPES: Final[dict[type, tuple[type, ...]]] = {Decimal: (int, Decimal)}
"""Types of a limit, where they are not just the column's own."""


def _type_of(plain: object, said: _Constraints) -> ColumnType:
    bare = get_origin(plain) or plain
    if bare is float:
        raise TypeFault("is a float, whose sums are not exact", f"write {_DECIMAL}")
    if not isinstance(bare, type) or bare not in _TAKEN:
        raise TypeFault(f"has the type {_name_of(plain)}, which is not one of a column", f"use one of {_KNOWN}")
    _refuse_misfits(bare, said)
    return _list_of(plain, said) if bare is list else _SCALARS[bare](said)


def _refuse_misfits(bare: type, said: _Constraints) -> None:
    name, names, taken = _declared_name(bare, said), said.names, _TAKEN[bare] - {"is_identifier"}
    known = ", ".join(sorted(taken)) or "none"
    right = f"leave it out: {name} takes {known}"
    if said.is_identifier:
        right = f"leave it out, or declare int, which takes {known}"
        own = Identifier().bounds._asdict()
        names -= {limit for limit, value in said.bounds._asdict().items() if value == own[limit]}
        taken = frozenset()
    if misfits := sorted(names - taken - {"header", "is_identifier"}):
        raise TypeFault(f"has {', '.join(misfits)}, which does not fit {name}", right)
    for limit in said.bounds:
        if limit is not None and type(limit) not in _LIMIT_TYPES.get(bare, (bare,)):
            raise TypeFault(f"has the limit {limit!r}, which is not of its type", f"write the limit as {name}")


def _identifier_or_whole(said: _Constraints) -> WholeNumber:
    return Identifier() if said.is_identifier else WholeNumber(said.bounds)


def _decimal(said: _Constraints) -> ExactDecimal:
    if said.max_digits is None or said.decimal_places is None:
        raise TypeFault("is a Decimal without its digits", f"write {_DECIMAL}")
    if not 1 <= said.max_digits <= MAX_DIGITS or not 0 <= said.decimal_places <= said.max_digits:
        raise TypeFault(
            f"has max_digits={said.max_digits} and decimal_places={said.decimal_places}",
            f"use 1 to {MAX_DIGITS} digits, and as many of them or fewer after the point",
        )
    return ExactDecimal(said.max_digits, said.decimal_places, said.bounds)


def _text(said: _Constraints) -> TextType:
    if said.pattern is not None:
        try:
            TypeAdapter(Annotated[str, Field(pattern=said.pattern)])
        except Exception as error:  # noqa: BLE001  # its SchemaError has no name in pydantic itself
            reason = str(error).splitlines()[-1].strip()
            raise TypeFault(
                f"has the pattern {said.pattern!r}: {reason}",
                "write a regular expression of pydantic's, which has no look-around and no references to groups",
            ) from None
    return TextType(said.min_length, said.max_length, said.pattern)


_SCALARS: Final[dict[type, Callable[[_Constraints], ColumnType]]] = {
    int: _identifier_or_whole,
    Decimal: _decimal,
    str: _text,
    bool: lambda _: Flag(),
    date: lambda said: Day(said.bounds),
    datetime: lambda said: Instant(said.bounds),
}
_ITEMS: Final = "use list[Id], list[int] or list[str]"


def _list_of(plain: object, said: _Constraints) -> ListType:
    bare, marks, optional = _unwrapped((get_args(plain) or (object,))[0])
    if optional or bare not in {int, str}:
        raise TypeFault(f"is a list of {_name_of(bare)}", _ITEMS)
    item = _constraints(marks)
    if said.separator is None:
        right = f'write Annotated[list[{_declared_name(bare, item)}], Separated(";")]'
        raise TypeFault("is a list without its separator", right)
    if not said.separator or any(part in '"\r\n\x00' for part in said.separator):
        raise TypeFault(f"has the separator {said.separator!r}", "use a text without quotes and line ends")
    _refuse_misfits(int if bare is int else str, item)
    made = _identifier_or_whole(item) if bare is int else _text(item)
    return ListType(made, said.separator, said.min_length, said.max_length)


def _declared_name(bare: type, said: _Constraints) -> str:
    return "Id" if said.is_identifier else bare.__name__


def _name_of(annotation: object) -> str:
    return getattr(annotation, "__name__", None) or str(annotation)
