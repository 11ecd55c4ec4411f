"""What a column can hold: its declaration, its values, and how files, JSON and SQL write them.

It follows docs/models.md, docs/input.md and docs/wire-format.md, and shares no code with the project.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from random import Random
from typing import Any, Final

Value = Any
"""Of the type that asyncpg has for the column's."""
UNLIMITED: Final = 10**6
"""So many different values are enough for any history."""


class UnreadableError(Exception):
    """A JSON value is not one of the column."""


class Kind(ABC):
    """A type with its limits."""

    annotation: str
    """As the declaration writes it."""
    capacity: int = UNLIMITED
    """How many values `numbered` tells apart."""
    digits: int = 0
    """Of the longest number; 0 of what is not a number."""
    wrong_in_file: tuple[str, ...] = ()
    """Fields that are not values, but for the empty one."""
    wrong_in_json: tuple[str, ...] = ('{"a":1}', "[[1]]", "true", '"?"')

    @abstractmethod
    def numbered(self, number: int) -> Value:
        """One of `capacity` values, each another."""

    @abstractmethod
    def drawn(self, draw: Random) -> Value:
        """Any value."""

    def in_file(self, value: Value, draw: Random) -> str:  # noqa: ARG002  # for others
        """A value as a file may have it."""
        return str(value)

    def in_json(self, value: Value, draw: Random) -> str:
        """A value as a client may write it."""
        return json.dumps(value, ensure_ascii=draw.random() < 0.5)

    @abstractmethod
    def read(self, value: Value) -> Value:
        """A value from JSON.

        Raises:
            UnreadableError: it is none of this kind.
        """

    def literal(self, value: Value) -> str:
        """A value in SQL."""
        return "'" + str(value).replace("'", "''") + "'"
