"""What the Faust table is to hold of the users that a transaction touched, in little memory until it is committed."""

from __future__ import annotations

from collections.abc import Iterator

from streams.features.compound_pairs import Integers
from streams.table.codec import Encoded


class TableValues:
    """User ids and values in the order they were added; of a user added twice, the later value holds.

    A dict of as many bytes objects takes several times as much.
    """

    def __init__(self) -> None:
        self._parts: list[tuple[Integers, Encoded]] = []

    def __len__(self) -> int:
        """How many were added."""
        return sum(len(users) for users, _ in self._parts)

    def add(self, user_ids: Integers, values: Encoded) -> None:
        """Add some users and their values."""
        self._parts.append((user_ids, values))

    def extend(self, later: TableValues) -> None:
        """Add all of another."""
        self._parts += later._parts

    def parts(self) -> Iterator[tuple[Integers, Encoded]]:
        """Users and values as they were added."""
        return iter(self._parts)

    def __iter__(self) -> Iterator[tuple[int, bytes | None]]:
        """User and value of each; None if the table is to hold nothing of the user, who has no experiments any more."""
        for users, values in self._parts:
            yield from zip(users.tolist(), values.values(), strict=True)
