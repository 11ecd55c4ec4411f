from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.declaration.model import RowTable
from models.declare import Id
from models.publication import Source
from models.wire.deletions import deletion_mark
from models.wire.encode import json_values
from models.wire.keys import key_bytes
from streams.columns.byte_column import byte_column
from streams.columns.constant_column import compact
from streams.decoding.decoded_values import DecodedValues
from streams.kafka.micro_batch import MicroBatch
from streams.rows.published_rows import PublishedRows
from streams.rows.row_batches import RowReader
from tests.declared_tables import declared, record_batch, row_tables
from tests.deletion_values import deletion_values
from tests.lab_kinds import EXPERIMENTS, USERS
from tests.unit.streams.rows.publications import Published, key_of, published_rows

FIRST = 100
SOURCE = Source(1000, UUID(int=7))


class Event(NamedTuple):
    """A publication of a row, or of its deletion."""

    published: Published
    deletes: bool


def batch_of(
    values: Sequence[bytes | None],
    keys: Sequence[bytes | None] = (),
    sources: Sequence[Source] = (),
    lines: Sequence[int] = (),
) -> MicroBatch:
    """A batch of records in a file, of one load unless sources are given."""
    offsets = range(FIRST, FIRST + len(values))
    return MicroBatch(
        "things",
        3,
        UUID(int=1),
        FIRST,
        FIRST + len(values),
        offsets,
        byte_column(values),
        compact(list(sources) or [SOURCE] * len(values)),
        list(lines) or list(range(len(values))),
        compact(["things.csv"] * len(values)),
        dict(zip(offsets, keys, strict=False)),
    )


def records(table: RowTable, events: Sequence[Event]) -> MicroBatch:
    """The batch of these rows and deletions."""
    rows = record_batch(table, [event.published.row for event in events])
    published, deleting = json_values(table, rows).to_pylist(), deletion_values(table, rows).to_pylist()
    values = [deleting[place] if event.deletes else published[place] for place, event in enumerate(events)]
    keys = key_bytes([column for name in table.key for column in table.columns if column.name == name], rows)
    return batch_of(
        values,
        keys.to_pylist(),
        [event.published.source for event in events],
        [event.published.line for event in events],
    )


def with_publication(rows: PublishedRows) -> list[tuple[Any, ...]]:
    return list(zip(rows.rows.to_pylist(), rows.sources, rows.lines, strict=True))


@st.composite
def tables_with_events(draw: st.DrawFn) -> tuple[RowTable, list[Event]]:
    table = draw(row_tables())
    return table, [Event(each, draw(st.booleans())) for each in draw(published_rows(table))]


@given(tables_with_events())
def test_of_each_key_only_the_newest_row_or_deletion_is_left(drawn: tuple[RowTable, list[Event]]) -> None:
    table, events = drawn
    newest: dict[tuple[Any, ...], Event] = {}
    for event in events:
        key = key_of(table, event.published.row)
        # Of two equally new the deletion counts; of two such rows the later one.
        if key not in newest or _order(event) >= _order(newest[key]):
            newest[key] = event
    found = RowReader(table).read(records(table, events))
    assert found.letters == []
    assert with_publication(found.rows) == [
        tuple(newest[key].published) for key in sorted(newest) if not newest[key].deletes
    ]
    assert with_publication(found.deletions) == [
        ({name: event.published.row[name] for name in table.key}, event.published.source, event.published.line)
        for key in sorted(newest)
        for event in [newest[key]]
        if event.deletes
    ]


@given(tables_with_events(), st.integers(1, 5))
def test_records_of_several_partitions_are_read_as_if_they_were_of_one(
    drawn: tuple[RowTable, list[Event]], most: int
) -> None:
    table, events = drawn
    whole = records(table, events)
    parts = [replace(part, partition=number) for number, part in enumerate(whole.parts(most))]
    reader = RowReader(table)
    together, alone = reader.read(*parts), reader.read(whole)
    assert with_publication(together.rows) == with_publication(alone.rows)
    assert with_publication(together.deletions) == with_publication(alone.deletions)
    of_parts = [({*zip(part.sources, part.lines, strict=True)}, part.partition) for part in parts]
    rows = together.rows
    for *publication, partition in zip(rows.sources, rows.lines, rows.partitions, strict=True):
        assert any(tuple(publication) in found and number == partition for found, number in of_parts)


def _order(event: Event) -> tuple[object, ...]:
    return *event.published.publication, event.deletes


@given(tables_with_events())
def test_a_batch_that_may_delete_is_known_before_it_is_read(drawn: tuple[RowTable, list[Event]]) -> None:
    table, events = drawn
    reader = RowReader(table)
    batch = records(table, events)
    assert reader.may_delete(batch) or not len(reader.read(batch).deletions)


@settings(max_examples=20)
@given(st.data(), row_tables())
def test_a_long_batch_of_rows_is_condensed_to_the_same_rows(data: st.DataObject, table: RowTable) -> None:
    some = data.draw(published_rows(table).filter(len))
    reader = RowReader(table)
    batch = records(table, [Event(each, deletes=False) for each in some] * 300)
    condensed = reader.condensed(batch)
    assert isinstance(condensed.values, DecodedValues)
    assert [json.loads(value) for value in condensed.values] == [json.loads(value or b"") for value in batch.values]
    assert not reader.may_delete(condensed)
    plain, short = reader.read(batch), reader.read(condensed)
    assert with_publication(short.rows) == with_publication(plain.rows)
    assert (len(short.deletions), short.letters) == (0, [])


GOOD = [b'{"user_id":%d,"name":"n","signup_date":"2024-02-29"}' % number for number in range(1, 301)]


@pytest.mark.parametrize("other", [None, b"{}", b"\xff"])
def test_a_batch_with_another_record_than_rows_stays_as_it_is(other: bytes | None) -> None:
    batch = batch_of([*GOOD, other])
    assert RowReader(USERS).condensed(batch) is batch


def test_few_values_stay_as_they_are() -> None:
    batch = batch_of(GOOD[:200])
    assert RowReader(USERS).condensed(batch) is batch


@pytest.mark.parametrize(
    ("value", "field", "row_id"),
    [
        (b'{"experiment_id":7,"user_id":0}', "user_id", "7"),
        (b'{"experiment_id":7,"deleted":1}', "deleted", "7"),
        (b'{"experiment_id":7}', "user_id", "7"),
        (b'{"user_id":7}', "experiment_id", None),
        (b'{"experiment_id":"7","deleted":true}', "experiment_id", None),
        (b"[7]", None, None),
        (b"\xff", None, None),
        (b"[" * 100_000, None, None),
        (None, None, None),
    ],
)
def test_what_is_neither_row_nor_deletion_becomes_a_letter_that_names_the_row_where_it_can(
    value: bytes | None, field: str | None, row_id: str | None
) -> None:
    good = b'{"experiment_id":1,"user_id":2,"experiment_compound_ids":[3],"experiment_run_time":1.5}'
    found = RowReader(EXPERIMENTS).read(batch_of([good, value, good]))
    [letter] = found.letters
    assert (letter.field, letter.row_id, letter.raw, letter.line) == (field, row_id, value, 1)
    assert (letter.topic, letter.partition, letter.offset, letter.file) == ("things", 3, FIRST + 1, "things.csv")
    assert [row["experiment_id"] for row in found.rows.rows.to_pylist()] == [1]


def test_a_letter_names_a_row_by_the_json_of_its_key() -> None:
    table = declared({"n": int, "mail": str, "id": Id}, key=("mail", "id"))
    reader = RowReader(table)
    assert reader.row_id(b'{"mail":"a\\"\\u00e9","id":3}') == '["a\\"é",3]'
    assert reader.row_id(b'{"mail":"a"}') is None
    assert reader.row_id(None) is None
    [letter] = reader.read(batch_of([b'{"n":1.5,"mail":"a","id":3}'])).letters
    assert (letter.field, letter.row_id) == ("n", '["a",3]')


def test_a_record_without_value_deletes_the_row_that_its_key_names() -> None:
    table = declared({"mail": str, "id": Id}, key=("mail", "id"))
    found = RowReader(table).read(batch_of([None, None, None], [b'["a",3]', b'["a"]', None]))
    assert found.deletions.rows.to_pylist() == [{"mail": "a", "id": 3}]
    assert [letter.offset for letter in found.letters] == [FIRST + 1, FIRST + 2]


def test_a_mark_is_called_otherwise_where_a_column_has_its_name() -> None:
    table = declared({"id": Id, "group": Id, "deleted": bool}, key=("id",), group="group")
    assert deletion_mark(table) == "deleted_"
    reader = RowReader(table)
    batch = batch_of([b'{"id":1,"group":2,"deleted":true}', b'{"id":3,"deleted_":true}'])
    found = reader.read(batch)
    assert (found.rows.rows["id"].to_pylist(), found.deletions.rows["id"].to_pylist()) == ([1], [3])


TEXTS = ['{"id":', '"', "\\", "a{b}c", '{"id":7,"text":"x"}', "\x01", "é", "\U0001f600", "]},"]


def test_values_are_read_where_they_stand_in_a_block() -> None:
    table = declared({"id": Id, "text": str}, key=("id",))
    reader = RowReader(table)
    rows = record_batch(table, [{"id": number + 1, "text": text} for number, text in enumerate(TEXTS * 50)])
    values = json_values(table, rows).to_pylist()
    assert all(value.startswith(reader.opening) for value in values)
    starts = np.cumsum([3, *(len(value) + 3 for value in values[:-1])])
    block = b"".join(b"\x01\xff{" + value for value in values)
    found = reader.read_at(block, starts, starts + [len(value) for value in values])
    assert found is not None
    assert found.rows.equals(rows)
    assert list(found) == values


def test_values_of_which_one_is_not_a_row_are_not_read_in_their_block() -> None:
    reader = RowReader(declared({"id": Id, "text": str}, key=("id",)))
    block = b'{"id":1,"text":"x"}{"id":0,"text":"x"}'
    places = np.array([0, 19])
    assert reader.read_at(block, places, places + 19) is None
    assert reader.read_at(block, places[:1], places[1:]) is not None


def test_the_key_of_rows_is_that_of_the_declaration() -> None:
    table = declared({"n": int, "mail": str, "id": Id}, key=("mail", "id"))
    rows = record_batch(table, [{"n": 1, "mail": "a", "id": 3}])
    assert RowReader(table).key_bytes(rows).equals(pa.array([b'["a",3]']))
