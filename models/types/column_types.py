"""The types that a declared column can have, each with its limits and its names in Arrow and Postgres."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple, TypeAlias

import pyarrow as pa

import models.types.arrow_without_pandas  # noqa: F401  # before anything is converted

if TYPE_CHECKING:
    pass

LEAST_INT, GREATEST_INT = -(2**63), 2**63 - 1
"""What a bigint of Postgres and an int64 of Arrow hold."""
MAX_DIGITS = 38
"""Digits of Arrow's decimal128."""

Limit = int | Decimal | date | datetime | None


class Bounds(NamedTuple):
    """Limits of a value, each None if there is none."""

    ge: Limit = None
    gt: Limit = None
    le: Limit = None
    lt: Limit = None


UNBOUNDED: Final = Bounds()
_IDS: Final = Bounds(ge=1, le=GREATEST_INT)


class ColumnType(ABC):
    """What a column holds."""

    name: ClassVar[str]
    """How a declaration writes it."""

    @property
    @abstractmethod
    def arrow(self) -> pa.DataType:
        """The type of its Arrow column."""

    @property
    @abstractmethod
    def postgres(self) -> str:
        """The type of its column in Postgres, as Postgres writes it."""


@dataclass(frozen=True)
class WholeNumber(ColumnType):
    """`int`: a whole number of 64 bits."""

    bounds: Bounds = UNBOUNDED
    name = "int"
    arrow = pa.int64()
    postgres = "bigint"

    @property
    def digits(self) -> int:
        """Decimal digits of the longest value, without its sign."""
        return max(len(str(abs(limit))) for limit in (self._least, self._greatest))

    @property
    def _least(self) -> int:
        limits = [limit for limit in (self.bounds.ge, self.bounds.gt) if isinstance(limit, int)]
        return max([LEAST_INT, *limits])

    @property
    def _greatest(self) -> int:
        limits = [limit for limit in (self.bounds.le, self.bounds.lt) if isinstance(limit, int)]
        return min([GREATEST_INT, *limits])


@dataclass(frozen=True)
class Identifier(WholeNumber):
    """`Id`: a whole number from 1 to 2^63-1 that is a name, so a file must write it in digits only."""

    bounds: Bounds = _IDS
    name = "Id"


@dataclass(frozen=True)
class ExactDecimal(ColumnType):
    """`Decimal`: a number with so many digits in all, of which so many stand after the point."""

    max_digits: int
    decimal_places: int
    bounds: Bounds = UNBOUNDED
    name = "Decimal"

    @property
    def arrow(self) -> pa.DataType:
        """The type of its Arrow column."""
        return pa.decimal128(self.max_digits, self.decimal_places)

    @property
    def postgres(self) -> str:
        """The type of its column in Postgres."""
        return f"numeric({self.max_digits},{self.decimal_places})"


@dataclass(frozen=True)
class TextType(ColumnType):
    """`str`: a text without NUL, in the order of its code points."""

    min_length: int = 0
    max_length: int | None = None
    pattern: str | None = None
    name = "str"
    arrow = pa.string()
    postgres = "text"


@dataclass(frozen=True)
class Flag(ColumnType):
    """`bool`: true or false."""

    name = "bool"
    arrow = pa.bool_()
    postgres = "boolean"


@dataclass(frozen=True)
class Day(ColumnType):
    """`date`: a day from 0001-01-01 to 9999-12-31."""

    bounds: Bounds = UNBOUNDED
    name = "date"
    arrow = pa.date32()
    postgres = "date"


@dataclass(frozen=True)
class Instant(ColumnType):
    """`datetime`: a moment in UTC, in microseconds."""

    bounds: Bounds = UNBOUNDED
    name = "datetime"
    arrow = pa.timestamp("us", tz="UTC")
    postgres = "timestamp with time zone"


@dataclass(frozen=True)
class ListType(ColumnType):
    """`list[Id | int | str]`: values in their order, repeats kept, separated in a file by a text."""

    item: WholeNumber | TextType
    separator: str
    min_length: int = 0
    max_length: int | None = None
    name = "list"

    @property
    def arrow(self) -> pa.DataType:
        """The type of its Arrow column."""
        return pa.list_(self.item.arrow)

    @property
    def postgres(self) -> str:
        """The type of its column in Postgres."""
        return f"{self.item.postgres}[]"


@dataclass(frozen=True)
class AnyNumber(ColumnType):
    """A number of as many digits as it has: the type of sums, which no column of rows has."""

    name = "a number"
    arrow = pa.decimal256(MAX_DIGITS, 0)
    postgres = "numeric"


@dataclass(frozen=True)
class ArrayOf(ColumnType):
    """Several values of a type: that of ties, which no column of rows has."""

    item: ColumnType
    name = "an array"

    @property
    def arrow(self) -> pa.DataType:
        """The type of its Arrow column."""
        return pa.list_(self.item.arrow)

    @property
    def postgres(self) -> str:
        """The type of its column in Postgres."""
        return f"{self.item.postgres}[]"


@dataclass(frozen=True)
class DecimalComma:
    """Numbers in files have a comma before their decimals, and maybe points between thousands: 12,50 and 1.234,56."""


@dataclass(frozen=True)
class UnixTime:
    """Times in files are numbers since 1970-01-01 00:00 UTC: of seconds (`s`), milliseconds (`ms`) or microseconds."""

    unit: str = "s"


@dataclass(frozen=True)
class Amount:
    """Numbers in files may have a sign before or after them, in any case of letters: `€ 12.50`, `$1,234.56`, `7%`.

    What divides thousands, the comma or else the point, is read where it can be nothing else.
    """

    sign: str
    decimal: str = "."


Written: TypeAlias = DecimalComma | UnixTime | Amount
"""How files write values, where that is another way than the type's own."""


def has_decimal_comma(written: Written | None) -> bool:
    """Whether files write numbers with a comma before their decimals."""
    return isinstance(written, DecimalComma) or (isinstance(written, Amount) and written.decimal == ",")


@dataclass(frozen=True)
class Column:
    """A declared column; `optional` says that it may hold nothing, which is NULL."""

    name: str
    type: ColumnType
    optional: bool = False
    header: str | None = None
    """What files call it, in lower case with single spaces; None: by its name."""
    written: Written | None = None
    """How files write its values, where that is another way than the type's own."""
