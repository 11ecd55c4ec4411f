"""What the Faust table is to hold of the users that a transaction touched, in little memory until it is committed."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

_NOTHING = -1


class TableValues:
    """User ids and values in the order they were added; of a user added twice, the later value holds.

    A dict of as many bytes objects takes several times as much.
    """

    def __init__(self) -> None:
        self._users = array("q")
        self._sizes = array("q")
        self._block = bytearray()

    def __len__(self) -> int:
        """How many were added."""
        return len(self._users)

    def add(self, user_id: int, value: bytes | None) -> None:
        """Add one; None if the table is to hold nothing of the user, who has no experiments any more."""
        self._users.append(user_id)
        self._sizes.append(_NOTHING if value is None else len(value))
        self._block += value or b""

    def extend(self, later: TableValues) -> None:
        """Add all of another."""
        self._users += later._users
        self._sizes += later._sizes
        self._block += later._block

    def __iter__(self) -> Iterator[tuple[int, bytes | None]]:
        """User and value of each."""
        end = 0
        for user_id, size in zip(self._users, self._sizes, strict=True):
            if size == _NOTHING:
                yield user_id, None
            else:
                start, end = end, end + size
                yield user_id, bytes(self._block[start:end])
