"""How the records of the topic `rejects` are stored: each becomes a row of the table of that name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from models.explanation import explanation
from models.rows import Reject
from streams.rejects import dead_letters
from streams.transactions.transaction import Applied, TopicHandler

if TYPE_CHECKING:
    from streams.kafka.micro_batch import MicroBatch, MicroBatches
    from streams.postgres.connection import Connection
    from streams.rejects.dead_letters import DeadLetter


class Rejects(TopicHandler):
    """Stores the records of the topic `rejects`."""

    def may_delete(self, batch: MicroBatch) -> bool:  # noqa: ARG002  # rejects delete nothing
        """Rejects delete nothing: False."""
        return False

    async def store(self, connection: Connection, batches: MicroBatches, *, in_order: bool) -> Applied:  # noqa: ARG002  # it always is
        """Store batch by batch: all letters of a run would take memory."""
        applied = Applied()
        for batch in batches:
            letters = [_letter(batch, index, value) for index, value in enumerate(batch.values)]
            applied.rejects += await dead_letters.store(connection, letters)
        return applied


def _letter(batch: MicroBatch, index: int, value: bytes | None) -> DeadLetter:
    if value is None:
        return dead_letters.of_record(batch, index, None, "the record has no value; send a JSON object")
    try:
        return dead_letters.of_file(Reject.model_validate_json(value), batch.sources[index])
    except ValidationError as error:
        return dead_letters.of_record(batch, index, *explanation(error))
