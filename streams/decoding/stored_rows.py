"""Rows as Postgres gives them back: the JSON of each, as it stands on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyarrow as pa

from models.wire.decode import Decoder

if TYPE_CHECKING:
    from models.declaration.model import RowTable


class StoredRowReader:
    """Reads the rows of one table, which were found valid before they were stored."""

    def __init__(self, table: RowTable) -> None:
        """Make it from the declaration."""
        self._decoder = Decoder(table, stored=True)

    def read(self, values: Iterable[str]) -> pa.RecordBatch:
        """The rows.

        Raises:
            ValueError: one is not a row of the table, which then is not what the model declares.
        """
        found = self._decoder.decode(pa.array([value.encode() for value in values], pa.binary()))
        if found.undecodable:
            bad = found.undecodable[0]
            raise ValueError(f"a stored row is not one of the model's: {bad.field}: {bad.reason}")
        return found.rows
