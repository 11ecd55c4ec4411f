"""How the records of the topic `rejects` are stored: each becomes a row of the table of that name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from pydantic import ValidationError

from models.explanation import explanation
from models.rows import MAX_ID, Reject
from streams.rejects import dead_letters
from streams.transactions.transaction import Applied, TopicHandler

if TYPE_CHECKING:
    from streams.kafka.micro_batch import MicroBatch, MicroBatches
    from streams.postgres.connection import Connection
    from streams.rejects.dead_letters import DeadLetter
