"""The worker: `faust -A streams.app worker -l info`."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from models.errors import SettingsError
from models.settings.environment import load_settings
from models.topics import COMPOUNDS, EXPERIMENTS, INPUT_TOPICS, LOADS, REJECTS, USERS
from streams import worker
from streams.loads.manifests import Loads
from streams.operations import logs
from streams.rows import entities
from streams.rows.experiments import Experiments
from streams.table import faust_table
from streams.transactions.partition_queues import PartitionQueues
from streams.transactions.throttle import Throttle
from streams.transactions.transaction import Applied, TopicHandler
from streams.web import routes as web_routes

if TYPE_CHECKING:
    from faust.types import StreamT

    from streams.kafka.micro_batch import MicroBatches

log = logging.getLogger(__name__)

try:
    settings = load_settings()
except SettingsError as error:
    sys.exit(f"The worker cannot start: {error}")
app = worker.create(settings)
user_aggregates = faust_table.declare(app, settings.topic_partitions)
app.aggregates = faust_table.AggregatesTable(user_aggregates)
web_routes.register(app, settings)
throttle = Throttle()


def _topic(name: str) -> Any:  # noqa: ANN401  # Faust's topics are dynamically typed
    return app.topic(
        name,
        key_serializer="raw",
        value_serializer="raw",
        value_type=bytes,
        partitions=settings.topic_partitions,
        config=INPUT_TOPICS[name].config,
        internal=True,
    )


MOST_REJECTS, MOST_MANIFESTS = 5_000, 500
"""Most records of one transaction of these topics, whose records may be a thousand times as long as others."""

Permission = Callable[[], AbstractAsyncContextManager[None]]
"""Waits until a run may be applied."""


async def _consume(
    topic: str,
    stream: Any,  # noqa: ANN401  # the type lacks noack()
    storing: TopicHandler,
    *,
    permission: Permission | None = None,
    most: int = settings.max_batch_records,
) -> None:
    async def work(batches: MicroBatches) -> None:
        async def committed(applied: Applied) -> None:
            await app.aggregates.update(batches[0].partition, applied.table_values)
            if applied.rebuilt:
                log.info("%s: %d users rebuilt from experiments", batches[0], applied.rebuilt)

        with logs.about(batches):
            async with (permission or throttle.first)():
                await app.persistence.apply(storing, batches, committed)

    queues = PartitionQueues(work, app.is_current, app.end, app.look_again, app.records_after, most)
    app.queues[topic] = queues
    try:
        async for event in stream.noack().events():
            queues.put(storing.condensed(event.value), event)
    finally:
        await queues.close()


@app.agent(_topic(USERS))
async def users(stream: StreamT[Any]) -> None:
    """Store users."""
    await _consume(USERS, stream, entities.Users())


@app.agent(_topic(COMPOUNDS))
async def compounds(stream: StreamT[Any]) -> None:
    """Store compounds."""
    await _consume(COMPOUNDS, stream, entities.Compounds())


@app.agent(_topic(EXPERIMENTS))
async def experiments(stream: StreamT[Any]) -> None:
    """Store experiments and keep their users' features."""
    await _consume(EXPERIMENTS, stream, Experiments(app.aggregates))


@app.agent(_topic(REJECTS))
async def rejects(stream: StreamT[Any]) -> None:
    """Store what was rejected."""
    most = min(MOST_REJECTS, settings.max_batch_records)
    await _consume(REJECTS, stream, entities.Rejects(), permission=throttle.after_others, most=most)


@app.agent(_topic(LOADS))
async def loads(stream: StreamT[Any]) -> None:
    """Store what the manifests of loads say."""
    await _consume(LOADS, stream, Loads(), most=min(MOST_MANIFESTS, settings.max_batch_records))
