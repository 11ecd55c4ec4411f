"""What each state of a group can do.

A `State` is a definition; its data are Arrow columns with one element for each group. Numbers of a change may be
negative: a row that is taken off is added with the sign -1.

Of few groups the same is done with lists of Python in place of arrays, which cost as much as some hundred values, by
the methods whose names begin with `plain`. Property tests hold the two together.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.expressions.syntax import Expression
from models.expressions.to_arrow import evaluated
from models.states.numbering import Integers
from models.states.plain_rows import PlainRows
from models.states.signed_rows import SignedRows

if TYPE_CHECKING:
    from models.states.totals import Tally

ArrowTypes: TypeAlias = Mapping[str, pa.DataType]
"""Of the columns of a row."""
Flags: TypeAlias = NDArray[np.bool_]
Plain: TypeAlias = Sequence[list[Any]]
"""Columns of few groups as lists: see `models.types.plain_values`."""


class Merged(NamedTuple):
    """A state after a change."""

    columns: list[pa.Array]
    lost: Flags | None
    """Whose state must be computed anew from their rows; None: nobody's. Only an `Extreme` may be lost."""


@dataclass(frozen=True)
class State(ABC):
    """A part of a group's state: one column or more. Equal ones of several aggregates are kept once, by their fields.

    Attributes:
        where: rows for which it is not true do not count.
    """

    where: Expression | None

    def for_rows(self, optional: frozenset[str], key: Sequence[Expression]) -> State:  # noqa: ARG002  # for others
        """The same for rows of which these columns may be NULL, and that have this key."""
        return self

    def counted(self) -> Tally | None:
        """What must be kept beside it: how many rows count in it."""
        return None

    @abstractmethod
    def reads(self) -> tuple[Expression, ...]:
        """What it reads of a row, beside `where`."""

    @abstractmethod
    def types(self, columns: ArrowTypes) -> list[pa.DataType]:
        """The types of its columns."""

    def delta_types(self, columns: ArrowTypes) -> list[pa.DataType]:
        """The types of the columns of a change."""
        return self.types(columns)

    @abstractmethod
    def delta(self, rows: SignedRows) -> list[pa.Array]:
        """What the rows change, for each group."""

    @abstractmethod
    def is_some(self, columns: Sequence[pa.Array]) -> Flags:
        """Of which groups the columns, of a state or of a change, hold anything."""

    @abstractmethod
    def merged(self, before: Sequence[pa.Array], delta: Sequence[pa.Array], counted: Integers) -> Merged:
        """The state after the change of the same groups.

        Args:
            before: its columns before.
            delta: the columns of the change.
            counted: how many rows count in it after the change, for a state that has `counted`.
        """

    @abstractmethod
    def plain_delta(self, rows: PlainRows) -> Plain:
        """`delta` of few rows."""

    @abstractmethod
    def plain_are_some(self, columns: Plain) -> list[bool]:
        """`is_some` of few groups."""

    @abstractmethod
    def plain_merged(self, before: Plain, delta: Plain, counted: Sequence[int]) -> Plain | None:
        """`merged` of few groups; None if a state is lost or beyond what is held, which `merged` says more about."""

    @abstractmethod
    def plain_empty(self) -> tuple[Any, ...]:
        """The columns of one group without rows."""

    @abstractmethod
    def empty(self, groups: int, columns: ArrowTypes) -> list[pa.Array]:
        """The state of groups without rows."""


def arrow_type(expression: Expression, columns: ArrowTypes) -> pa.DataType:
    """The type of an expression's values."""
    return evaluated(expression, {name: pa.array([], kind) for name, kind in columns.items()}).type
