"""What tells states of one declaration from those of another."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from models.declaration.model import FeatureTable
from models.states.feature_states import FeatureStates

BYTES: Final = 8
"""Of a fingerprint."""


def fingerprint(features: FeatureTable) -> bytes:
    """Eight bytes that are the same only for feature tables whose groups and states mean the same.

    Names of aggregates do not count, nor what can be computed of the same states: such a change keeps the states.
    """
    states = FeatureStates(features)
    group = [(column.column.name, column.period) for column in features.group]
    meaning = (group, states.states, [(field.name, str(field.type)) for field in states.schema])
    return blake2b(repr(meaning).encode(), digest_size=BYTES).digest()
