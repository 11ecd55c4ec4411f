from __future__ import annotations

import pyarrow as pa

from models.states.narrow_columns import widened
from streams.features.row_changes import RowChanges

KEPT = pa.schema([("group", pa.int64()), ("text", pa.string())])


def rows(*texts: str) -> pa.RecordBatch:
    """Rows with a column more, in another order."""
    schema = pa.schema([KEPT.field("text"), ("n", pa.int64()), KEPT.field("group")])
    return pa.RecordBatch.from_pylist([{"text": text, "n": 1, "group": 7} for text in texts], schema)


def test_of_all_batches_the_columns_that_are_read_are_kept_in_order() -> None:
    changes = RowChanges(KEPT)
    changes.add(rows("a", "b"), [1, 2], rows("c"), rows("d"))
    changes.add(rows(), [], rows("a"))
    added, retracted = widened(changes.added, KEPT), widened(changes.retracted, KEPT)
    assert added["group"].to_pylist() == [7, 7]
    assert added["text"].to_pylist() == ["a", "b"]
    assert list(changes.partitions) == [1, 2]
    assert retracted["text"].to_pylist() == ["c", "d", "a"]


def test_without_changes_there_are_no_rows() -> None:
    changes = RowChanges(KEPT)
    assert (len(changes.added), len(changes.retracted)) == (0, 0)
