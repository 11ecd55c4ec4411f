from __future__ import annotations

from operator import attrgetter
from uuid import UUID

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.publication import Source
from streams.columns.byte_column import byte_column
from streams.columns.constant_column import compact
from streams.decoding import row_decoder
from streams.decoding.packed_experiments import packed
from streams.decoding.row_decoder import ExperimentRow
from streams.rows.decoded_rows import DecodedRows
from streams.rows.experiment_columns import ExperimentColumns, experiment_columns, packed_columns

ROWS = st.lists(
    st.tuples(
        st.integers(1, 5), st.integers(1, 10**17), st.lists(st.integers(1, 400), max_size=4), st.integers(0, 10**6)
    ),
    min_size=1,
    max_size=20,
)
SOURCES = st.builds(Source, st.integers(1, 2), st.builds(lambda number: UUID(int=number), st.integers(1, 2)))


def as_lists(columns: ExperimentColumns) -> list[object]:
    return [np.asarray(each).tolist() if not isinstance(each, list) else each for each in columns.upsert_arguments()]


@given(ROWS, st.data())
def test_of_packed_rows_the_newest_is_taken_as_of_decoded_ones(
    rows: list[tuple[int, int, list[int], int]], data: st.DataObject
) -> None:
    values = byte_column(
        b'{"experiment_id":%d,"user_id":%d,"experiment_compound_ids":[%b],"experiment_run_time":%d.%03d}'
        % (first, second, ",".join(map(str, listed)).encode(), *divmod(thousandths, 1000))
        for first, second, listed, thousandths in rows
    )
    sources = compact(data.draw(st.lists(SOURCES, min_size=len(rows), max_size=len(rows))))
    lines = data.draw(st.lists(st.integers(1, 3), min_size=len(rows), max_size=len(rows)))
    decoded: list[ExperimentRow] = row_decoder.EXPERIMENTS.decode(values).rows
    newest = DecodedRows(decoded, sources, lines).newest(attrgetter("experiment_id"))
    found = packed(values)
    assert found is not None
    assert as_lists(packed_columns(found, sources, lines)) == as_lists(experiment_columns(newest))
