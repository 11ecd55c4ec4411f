"""Bugs of transactions that several partitions share: what plants each of them into a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from streams.offsets import statements
from streams.postgres import transaction
from streams.rows.row_topic import RowTopic
from streams.transactions.transaction import TopicHandler
from tests.faults.sharing import is_shared

_BOUNDS = {transaction.BEGIN, transaction.SAVEPOINT, transaction.UNDO, transaction.RELEASE}


def first_alone_moves_on() -> None:
    original = statements.advance

    def advance(topic: str, moved: Mapping[int, int], *rest: Any) -> str:  # noqa: ANN401  # as given
        first = min(moved)
        return original(topic, {first: moved[first]}, *rest)

    statements.advance = advance  # type: ignore[assignment]  # planted


def first_alone_is_stored() -> None:
    original = RowTopic.store

    async def store(self: RowTopic, connection: Any, batches: Sequence[Any], **options: bool) -> Any:  # noqa: ANN401  # as given
        first = batches[0].partition
        return await original(self, connection, [each for each in batches if each.partition == first], **options)

    RowTopic.store = store  # type: ignore[method-assign]  # planted


class _WithoutTransactions:
    """A connection on which each statement is committed by itself."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401  # of any pool
        self._connection = connection

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever it is
        return getattr(self._connection, name)

    async def execute(self, statement: str, *binds: Any) -> None:  # noqa: ANN401  # of any statement
        if statement not in _BOUNDS:
            await self._connection.execute(statement, *binds)


def is_no_transaction() -> None:
    original = TopicHandler.apply

    async def apply(self: TopicHandler, connection: Any, batches: Any, refused: Any, **options: bool) -> Any:  # noqa: ANN401  # as given
        on: Any = _WithoutTransactions(connection) if is_shared(batches) else connection
        return await original(self, on, batches, refused, **options)

    TopicHandler.apply = apply  # type: ignore[method-assign]  # planted
