"""The worker: `faust -A streams.app worker -l info`."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from models.declaration.faults import ModelError
from models.declaration.in_force import model_in_force
from models.errors import SettingsError
from models.settings.environment import load_settings
from models.states.feature_states import FeatureStates
from models.topics import INPUT_TOPICS, LOADS, REJECTS
from streams import worker
from streams.features.kept_features import KeptFeatures
from streams.loads.manifests import Loads
from streams.operations import logs
from streams.rows.rejects import Rejects
from streams.rows.row_topic import RowTopic
from streams.table import faust_table
from streams.table.faust_table import StateTable
from streams.table.state_tables import StateTables
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
    model = model_in_force()
except (SettingsError, ModelError) as error:
    sys.exit(f"The worker cannot start: {error}")
app = worker.create(settings, model)
features: dict[str, list[KeptFeatures]] = {table.name: [] for table in model.rows}
state_tables: dict[str, StateTable] = {}
for declared in model.features:
    states = FeatureStates(declared)
    of_states = StateTable(faust_table.declare(app, declared.name, settings.topic_partitions), states)
    state_tables[declared.name] = of_states
    features[declared.rows.name].append(KeptFeatures(states, of_states))
app.state_tables = StateTables(state_tables)
handlers: dict[str, TopicHandler] = {table.name: RowTopic(table, features[table.name]) for table in model.rows}
app.value_readers = {name: handler.reader for name, handler in handlers.items() if isinstance(handler, RowTopic)}
handlers |= {REJECTS: Rejects(), LOADS: Loads()}
for handler in handlers.values():
    handler.model = app.model_fingerprint
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


MOST_RECORDS = {REJECTS: 5_000, LOADS: 500}
"""Most records of one transaction of these topics, whose records may be a thousand times as long as others."""


async def _consume(topic: str, stream: Any) -> None:  # noqa: ANN401  # the type lacks noack()
    storing, permission = handlers[topic], throttle.after_others if topic == REJECTS else throttle.first
    most = min(MOST_RECORDS.get(topic, settings.max_batch_records), settings.max_batch_records)

    async def work(batches: MicroBatches) -> None:
        async def committed(applied: Applied) -> None:
            for partition, values in applied.table_values.items():
                await app.state_tables.update(partition, values)
            for table, groups in (+applied.recomputed).items():
                log.info("%s: %d groups of %s recomputed from their rows", batches[0], groups, table)

        with logs.about(batches):
            async with permission():
                await app.persistence.apply(storing, batches, committed)

    queues = PartitionQueues(work, app.is_current, app.end, app.look_again, app.records_after, most)
    app.queues[topic] = queues
    try:
        async for event in stream.noack().events():
            queues.put(storing.condensed(event.value), event)
    finally:
        await queues.close()


def _agent(topic: str) -> None:
    """Have the worker store the records of a topic."""

    async def consume(stream: StreamT[Any]) -> None:
        await _consume(topic, stream)

    app.agent(_topic(topic), name=topic)(consume)


for name in handlers:
    _agent(name)
