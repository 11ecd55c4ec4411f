"""The id that an invalid record was meant to have, if it can be read."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from models.deletions import DECODE_FAULTS
from models.rows import MAX_ID
from models.topics import COMPOUNDS, EXPERIMENTS, USERS

ID_COLUMNS = {USERS: "user_id", COMPOUNDS: "compound_id", EXPERIMENTS: "experiment_id"}
"""The member that identifies a row of each topic."""

_Id = Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    topic: msgspec.json.Decoder(msgspec.defstruct("Identified", [(column, _Id)]))
    for topic, column in ID_COLUMNS.items()
}


def row_id_of(topic: str, value: bytes | None) -> int | None:
    """The id that the value of a record names; None if it names none, or the topic's records are no such rows."""
    if value is None or topic not in _DECODERS:
        return None
    try:
        found: int = getattr(_DECODERS[topic].decode(value), ID_COLUMNS[topic])
    except DECODE_FAULTS:
        return None
    return found
