"""Columns of texts, lists, and what is true or false."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.faults.column_kinds import UNLIMITED, Kind, UnreadableError, Value

_ENDINGS: Final = ("", " é", ", ;", ' "q"', "😀", "'s", " {1}")
_LETTERS: Final = "abzABZ09 éÜßΩ漢😀'\",;{}[]:%/_-"


@dataclass(frozen=True)
class Text(Kind):
    """`str`, with a pattern or without."""

    is_code: bool = False

    wrong_in_json = ('{"a":1}', "[[1]]", "true", "1", '"\\u0000"')

    @property
    def annotation(self) -> str:  # type: ignore[override]  # of an attribute that is only read
        return 'Annotated[str, Field(min_length=2, max_length=4, pattern="^[A-Z]+$")]' if self.is_code else "str"

    @property
    def capacity(self) -> int:  # type: ignore[override]  # the same
        return 26**4 if self.is_code else UNLIMITED

    @property
    def wrong_in_file(self) -> tuple[str, ...]:  # type: ignore[override]  # the same
        return ("A", "abc", "ABCDE") if self.is_code else ()

    def numbered(self, number: int) -> str:
        if self.is_code:
            return "".join(chr(ord("A") + number // 26**place % 26) for place in range(4))
        # Upper and lower case are two keys.
        return f"{'Kk'[number % 2]}{number // 2}{_ENDINGS[number // 2 % len(_ENDINGS)]}"

    def drawn(self, draw: Random) -> str:
        if self.is_code:
            return "".join(draw.choices("ABCXYZ", k=draw.randint(2, 4)))
        return "".join(draw.choices(_LETTERS, k=draw.randint(0, 7))).strip() + draw.choice("xyZÖ7")

    def read(self, value: Value) -> str:
        if not isinstance(value, str) or not value or "\x00" in value:
            raise UnreadableError
        if self.is_code and not re.fullmatch("[A-Z]{2,4}", value):
            raise UnreadableError
        return value


class Flag(Kind):
    """`bool`."""

    annotation = "bool"
    capacity = 2
    wrong_in_file = ("maybe", "2")
    wrong_in_json = ('{"a":1}', "1", '"true"')

    def numbered(self, number: int) -> bool:
        return bool(number)

    def drawn(self, draw: Random) -> bool:
        return draw.random() < 0.5

    def in_file(self, value: bool, draw: Random) -> str:  # noqa: FBT001  # a value like any other
        return draw.choice(("true", "T", "Yes", "y", "1") if value else ("False", "f", "no", "N", "0"))

    def read(self, value: Value) -> bool:
        if not isinstance(value, bool):
            raise UnreadableError
        return value

    def literal(self, value: bool) -> str:  # noqa: FBT001  # a value like any other
        return str(value)


@dataclass(frozen=True)
class Listed(Kind):
    """`list`."""

    item: Kind
    separator: str
    most: int = 5

    wrong_in_json = ('{"a":1}', "1", "true", "[null]", "[[1]]", '[{"a":1}]')

    @property
    def annotation(self) -> str:  # type: ignore[override]  # of an attribute that is only read
        more = f", Field(max_length={self.most})"
        return f"Annotated[list[{self.item.annotation}], Separated({self.separator!r}){more}]"

    @property
    def wrong_in_file(self) -> tuple[str, ...]:  # type: ignore[override]  # the same
        return (f"1{self.separator * 2}2", *(() if isinstance(self.item, Text) else ("x", "1:3")))

    def numbered(self, number: int) -> list[Value]:
        return [self.item.numbered(number)]

    def drawn(self, draw: Random) -> list[Value]:
        items = [self.item.drawn(draw) for _ in range(draw.choice([0, 1, 1, 2, 2, 3, 5]))]
        return [item for item in items if not isinstance(item, str) or self.separator not in item]

    def in_file(self, value: list[Value], draw: Random) -> str:
        return self.separator.join(self.item.in_file(item, draw) for item in value)

    def in_json(self, value: list[Value], draw: Random) -> str:
        return f"[{', '.join(self.item.in_json(item, draw) for item in value)}]"

    def read(self, value: Value) -> list[Value]:
        if not isinstance(value, list) or len(value) > self.most:
            raise UnreadableError
        return [self.item.read(item) for item in value]
