from __future__ import annotations

from operator import itemgetter
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from models.publication import Source
from streams.rows.decoded_rows import DecodedBatch, DecodedRows

ROWS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 3), st.integers(1, 2), st.integers(1, 4)))


@given(ROWS)
def test_the_newest_publication_of_each_id_is_kept_by_ascending_id(found: list[tuple[int, int, int, int]]) -> None:
    rows = DecodedRows(
        found,
        [Source(milliseconds, UUID(int=load)) for _, milliseconds, load, _ in found],
        [line for *_, line in found],
    )
    newest = rows.newest(itemgetter(0))
    assert [row[0] for row in newest.rows] == sorted({row[0] for row in found})
    for row in newest.rows:
        assert row[1:] == max(other[1:] for other in found if other[0] == row[0])
    assert [(row[1], UUID(int=row[2])) for row in newest.rows] == list(newest.sources)
    assert [row[3] for row in newest.rows] == list(newest.lines)


@given(ROWS)
def test_each_source_is_bound_once_and_found_by_its_index(found: list[tuple[int, int, int, int]]) -> None:
    sources = [Source(milliseconds, UUID(int=load)) for _, milliseconds, load, _ in found]
    times, loads, indices, _ = DecodedRows(found, sources, [0] * len(found)).publication_arrays()
    assert [Source(times[index - 1], loads[index - 1]) for index in indices] == sources
    assert len(times) == len(set(sources))


EVENTS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 2), st.integers(1, 3), st.booleans()))


def rows_of(events: list[tuple[int, int, int, int, bool]], *, deleted: bool) -> DecodedRows[int]:
    chosen = [event for event in events if event[4] is deleted]
    sources = [Source(milliseconds, UUID(int=load)) for _, milliseconds, load, _, _ in chosen]
    return DecodedRows([event[0] for event in chosen], sources, [event[3] for event in chosen])


@given(EVENTS)
def test_of_each_id_only_the_newest_row_or_deletion_is_left(events: list[tuple[int, int, int, int, bool]]) -> None:
    found = DecodedBatch(rows_of(events, deleted=False), rows_of(events, deleted=True), [])
    left = [
        (row_id, source.published_ms, source.load_id.int, line, deleted)
        for rows, deleted in zip(found.newest(int), (False, True), strict=True)
        for row_id, (source, line) in zip(rows.rows, rows.publications(), strict=True)
    ]
    # True is greater than False: of two equally new the deletion counts.
    newest = {event[0]: max(other for other in events if other[0] == event[0]) for event in events}
    assert sorted(left) == sorted(newest.values())
    assert all(rows.rows == sorted(rows.rows) for rows in found.newest(int))
