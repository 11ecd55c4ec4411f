"""Values that delete rows, by the form that `models.wire.deletions` defines."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.compute as pc

from models.declaration.model import RowTable
from models.wire.definition import columns_named
from models.wire.deletions import deletion_mark
from models.wire.encode import json_of, member_openings


def deletion_values(table: RowTable, keys: pa.RecordBatch) -> pa.BinaryArray:
    """The values of the records that delete the rows with these keys; None for records without value."""
    if table.group is None:
        return pa.nulls(len(keys), pa.binary())
    columns = columns_named(table, table.key)
    parts: list[object] = []
    for column, opening in zip(columns, member_openings(columns), strict=True):
        parts += [pa.scalar(opening, pa.binary()), json_of(column.type, keys.column(column.name))]
    end = f",{json.dumps(deletion_mark(table))}:true}}".encode()
    return pc.binary_join_element_wise(*parts, pa.scalar(end, pa.binary()), pa.scalar(b"", pa.binary()))
