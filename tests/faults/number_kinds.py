"""Columns of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from random import Random
from typing import Final

from tests.faults.column_kinds import UNLIMITED, Kind, UnreadableError, Value

LARGEST: Final = 2**63 - 1


@dataclass(frozen=True)
class Whole(Kind):
    """`Id` and `int`."""

    annotation: str
    least: int = 1
    most: int = LARGEST

    wrong_in_file = ("x", "1.5", "9223372036854775808", "1;2")
    wrong_in_json = (*Kind.wrong_in_json, "1.5", '"1"', "9223372036854775808", "1.0")

    @property
    def capacity(self) -> int:  # type: ignore[override]  # of an attribute that is only read
        return min(UNLIMITED, self.most - max(self.least, 0) + 1)

    @property
    def digits(self) -> int:  # type: ignore[override]  # the same
        return len(str(self.most))

    def numbered(self, number: int) -> int:
        return max(self.least, 0) + number

    def drawn(self, draw: Random) -> int:
        wide = draw.random() < 0.1
        return draw.randint(self.least, self.most) if wide else draw.randint(max(self.least, -99), min(self.most, 9999))

    def in_file(self, value: int, draw: Random) -> str:
        if self.annotation == "Id" or draw.random() < 0.8:
            return str(value)
        return f"{value}.0" if value % 100 or not value else f"{value // 100}e2"

    def read(self, value: Value) -> int:
        if type(value) is not int or not self.least <= value <= self.most:
            raise UnreadableError
        return int(value)

    def literal(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True)
class Exact(Kind):
    """`Decimal`."""

    all_digits: int
    places: int
    ge: int | None = None

    wrong_in_file = ("x", "1,5", "nan", "1e40")
    wrong_in_json = (*Kind.wrong_in_json, '"1"', "1e40", "0.00000000001")

    @property
    def annotation(self) -> str:  # type: ignore[override]  # of an attribute that is only read
        least = "" if self.ge is None else f"ge={self.ge}, "
        return f"Annotated[Decimal, Field({least}max_digits={self.all_digits}, decimal_places={self.places})]"

    @property
    def capacity(self) -> int:  # type: ignore[override]  # the same
        return UNLIMITED if self.all_digits > 5 else int(10**self.all_digits)

    @property
    def digits(self) -> int:  # type: ignore[override]  # the same
        return self.all_digits

    def numbered(self, number: int) -> Decimal:
        return Decimal((0, tuple(map(int, str(number))), -self.places))

    def drawn(self, draw: Random) -> Decimal:
        most = 10**self.all_digits - 1 if draw.random() < 0.2 else min(10**self.all_digits - 1, 10 ** (self.places + 3))
        number = self.numbered(draw.randint(0, most))
        return number if self.ge is not None or draw.random() < 0.7 else number.copy_negate()

    def in_file(self, value: Decimal, draw: Random) -> str:
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain and draw.random() < 0.5 else plain

    def in_json(self, value: Decimal, draw: Random) -> str:
        return draw.choice([f"{value:f}", f"{value:e}"])

    def read(self, value: Value) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise UnreadableError
        number = Decimal(value)
        if not number:
            return number
        _, figures, exponent = number.as_tuple()
        assert isinstance(exponent, int)
        significant = len(figures) + exponent
        spare = len(figures) - len("".join(map(str, figures)).rstrip("0"))
        fits = significant <= self.all_digits - self.places and exponent + spare >= -self.places
        if not fits or (self.ge is not None and number < self.ge):
            raise UnreadableError
        return number

    def literal(self, value: Decimal) -> str:
        return f"{value:f}"


def number_of(text: str) -> Decimal:
    """A JSON number with a point or an exponent.

    Raises:
        ValueError: its exponent is beyond all numbers.
    """
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
