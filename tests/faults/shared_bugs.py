"""Bugs of transactions that several partitions share: what plants each of them into a worker."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

from streams.offsets import statements
from streams.rows.row_topic import RowTopic
from streams.transactions.transaction import TopicHandler
from tests.faults.sharing import is_shared


def first_alone_moves_on() -> None:
    statements.ADVANCE_OFFSETS += " AND number = ($2::int[])[1]"


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

    def transaction(self, **_: str) -> AbstractAsyncContextManager[None]:
        return nullcontext()


def is_no_transaction() -> None:
    original = TopicHandler.apply

    async def apply(self: TopicHandler, connection: Any, batches: Any, refused: Any, **options: bool) -> Any:  # noqa: ANN401  # as given
        on: Any = _WithoutTransactions(connection) if is_shared(batches) else connection
        return await original(self, on, batches, refused, **options)

    TopicHandler.apply = apply  # type: ignore[method-assign]  # planted
