"""Values of the Faust table as the states of few groups, in lists of Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from models.states.feature_states import FeatureStates
from models.states.few_groups import FewGroups, FewStates
from streams.table import state_codec
from streams.table.group_codec import GroupCodec
from streams.table.values import TableValues

MOST_BYTES: Final = 64 * 1024
"""Of all values: the numbers of long lists take less as arrays."""


class FewValues:
    """The values of the groups of a feature table."""

    def __init__(self, states: FeatureStates, fingerprint: bytes) -> None:
        """Take the states, and 8 bytes of the declaration that they follow."""
        self._unknown = 0, FewGroups(states).nothing
        self._codec = GroupCodec(states.schema, fingerprint)

    def known(self, values: Sequence[bytes | None]) -> FewStates | None:
        """The states of groups that have these values: see `state_codec.decoded`; None if there are too many bytes."""
        if sum([len(value) for value in values if value is not None]) > MOST_BYTES:
            return None
        versions, columns = zip(*map(self._known, values), strict=True)
        return FewStates([*versions], list(map(list, zip(*columns, strict=True))))

    def table_values(self, keys: Sequence[bytes], states: FewStates) -> TableValues:
        """What the table is to hold of the groups with these keys: nothing of one without rows, or too large."""
        packed = zip(self._codec.packed(*states), states.rows, strict=True)
        most = state_codec.MAX_VALUE_BYTES
        kept = [value if rows > 0 and len(value) <= most else None for value, rows in packed]
        found = TableValues()
        found.add(pa.array(keys, pa.binary()), pa.array(kept, pa.binary()))
        return found

    def _known(self, value: bytes | None) -> tuple[int, list[object]]:
        try:
            return self._unknown if value is None else self._codec.unpacked(value)
        except ValueError:
            return self._unknown
