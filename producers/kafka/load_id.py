"""Identity of one load: a UUIDv7 (RFC 9562) and the time it was taken at, which sorts loads by their start."""

from __future__ import annotations

import secrets
import time
from typing import NamedTuple
from uuid import UUID

_VERSION_7 = 7 << 76
_VARIANT_RFC = 0b10 << 62
_RANDOM_A_BITS = 12
_RANDOM_B_BITS = 62


class LoadIdentity(NamedTuple):
    """What every record of one load carries."""

    load_id: UUID
    published_ms: int
    """Milliseconds since 1970-01-01 UTC; for a load's first file, the first 48 bits of the id are the same number."""

    def of_next_file(self) -> LoadIdentity:
        """The same load with a later time, whatever the clock says: of two files the later one is the newer."""
        return LoadIdentity(self.load_id, max(_now_ms(), self.published_ms + 1))


def uuid7(milliseconds: int) -> UUID:
    """A random UUIDv7 of that time, in milliseconds since 1970-01-01 UTC."""
    random_a = secrets.randbits(_RANDOM_A_BITS) << 64
    random_b = secrets.randbits(_RANDOM_B_BITS)
    return UUID(int=milliseconds << 80 | _VERSION_7 | random_a | _VARIANT_RFC | random_b)


def new_load_identity() -> LoadIdentity:
    """The identity of a load that starts now."""
    milliseconds = _now_ms()
    return LoadIdentity(uuid7(milliseconds), milliseconds)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
