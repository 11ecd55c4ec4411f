"""How the records of topic `loads` are stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import orjson
from pydantic import ValidationError

from models.explanation import explanation
from models.manifest import MAX_MILLISECONDS, Manifest
from streams.loads import statements as load_statements
from streams.rejects import dead_letters
from streams.transactions.transaction import Applied, TopicHandler

if TYPE_CHECKING:
    from streams.kafka.micro_batch import MicroBatch, MicroBatches
    from streams.postgres.connection import Connection
    from streams.rejects.dead_letters import DeadLetter

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Received = tuple[Manifest, int]
"""A manifest and the Kafka timestamp of its record, in milliseconds."""


class Loads(TopicHandler):
    """Stores the records of topic `loads`."""

    def may_delete(self, batch: MicroBatch) -> bool:  # noqa: ARG002  # manifests delete nothing
        """Manifests delete nothing: False."""
        return False

    async def store(self, connection: Connection, batches: MicroBatches, *, in_order: bool) -> Applied:  # noqa: ARG002  # it always is
        """Store what is new in each manifest."""
        applied = Applied()
        for batch in batches:
            applied.add(await _store_batch(connection, batch))
        return applied


async def _store_batch(connection: Connection, batch: MicroBatch) -> Applied:
    received, letters = _read(batch)
    newest = {manifest.load_id: (manifest, at) for manifest, at in sorted(received, key=lambda pair: pair[0].number)}
    await connection.executemany(load_statements.UPSERT_LOAD, [_load(*newest[load]) for load in sorted(newest)])
    await connection.executemany(load_statements.UPSERT_FILE, _files(received))
    for manifest, at in received:
        if manifest.resolves:
            await connection.execute(load_statements.UPSERT_RESOLUTIONS, manifest.resolves, manifest.load_id, _time(at))
    return Applied(letters=letters)


def _read(batch: MicroBatch) -> tuple[list[Received], list[DeadLetter]]:
    received: list[Received] = []
    letters: list[DeadLetter] = []
    for index, value in enumerate(batch.values):
        try:
            received.append((Manifest.model_validate_json(value or b""), batch.sources[index].published_ms))
        except ValidationError as error:
            letters.append(dead_letters.of_record(batch, index, *explanation(error)))
    return received, letters


def _load(manifest: Manifest, told_ms: int) -> tuple[object, ...]:
    return (
        manifest.load_id,
        manifest.number,
        manifest.state,
        _time(manifest.started_ms),
        None if manifest.ended_ms is None else _time(manifest.ended_ms),
        _time(told_ms),
        manifest.read,
        manifest.published,
        manifest.rejected,
        manifest.error,
        orjson.dumps(manifest.problems).decode(),
        orjson.dumps([position.model_dump(mode="json") for position in manifest.positions]).decode(),
    )


def _files(received: Iterable[Received]) -> list[tuple[object, ...]]:
    return [
        (
            manifest.load_id,
            file.number,
            manifest.number,
            file.path,
            file.kind,
            file.deletes,
            file.header,
            file.options,
            file.size,
            file.digest,
            file.digested,
            _time(file.published_ms),
            file.read,
            file.published,
            file.rejected,
            file.first_line,
            file.last_line,
            file.complete,
        )
        for manifest, _ in received
        for file in manifest.files
    ]


def _time(milliseconds: int) -> datetime:
    # The timestamp of another client's record may be any number.
    return _EPOCH + timedelta(milliseconds=min(max(milliseconds, 0), MAX_MILLISECONDS))
