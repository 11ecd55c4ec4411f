"""What tells one declaration of features from another: states that were kept by another one are not read."""

from __future__ import annotations

from hashlib import blake2b

from models.declaration.model import FeatureTable

FINGERPRINT_BYTES = 8


def fingerprint(features: FeatureTable) -> bytes:
    """A digest of the group, the aggregates and the types of the rows' columns."""
    said = (features.group, dict(features.aggregates), dict(features.rows.types), features.rows.key)
    return blake2b(repr(said).encode(), digest_size=FINGERPRINT_BYTES).digest()
