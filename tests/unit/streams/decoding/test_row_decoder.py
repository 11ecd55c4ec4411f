from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from models import rows
from streams.columns.byte_column import byte_column
from streams.decoding import row_decoder
from streams.decoding.row_decoder import RowDecoder

NUMBERS = st.one_of(
    st.integers(-(2**64), 2**64),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(0, 10**12, places=3).map(float),
    st.sampled_from([0, 0.0, -0.0, 1.0, 0.0005, 1e12, 999999999999.999, 2**63 - 1, 2**63, True, False]),
)
TEXTS = st.one_of(st.text(max_size=8), st.sampled_from(["", "2024-02-29", "2023-02-29", "2023-W01-1", "a\x00b"]))
ANYTHING = st.one_of(
    NUMBERS, TEXTS, st.none(), st.lists(NUMBERS, max_size=3), st.dictionaries(TEXTS, NUMBERS, max_size=2)
)
IDS = st.one_of(st.integers(1, 2**63 - 1), ANYTHING)


def objects(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects of which each field may be missing, and that may hold one more."""
    return st.fixed_dictionaries({}, optional={**fields, "more": ANYTHING})


CASES: list[tuple[RowDecoder[Any], type[BaseModel], st.SearchStrategy[Any]]] = [
    (
        row_decoder.EXPERIMENTS,
        rows.PublishedExperiment,
        objects(
            experiment_id=IDS,
            user_id=IDS,
            experiment_compound_ids=st.one_of(st.lists(st.integers(1, 99), max_size=4), st.lists(IDS, max_size=2), IDS),
            experiment_run_time=NUMBERS,
            deleted=st.one_of(st.booleans(), ANYTHING),
        ),
    ),
    (row_decoder.USERS, rows.User, objects(user_id=IDS, name=TEXTS, email=ANYTHING, signup_date=TEXTS)),
    (row_decoder.COMPOUNDS, rows.Compound, objects(compound_id=IDS, compound_name=TEXTS, compound_structure=ANYTHING)),
    (row_decoder.REJECTS, rows.Reject, objects(file=TEXTS, line=NUMBERS, field=ANYTHING, value=ANYTHING, reason=TEXTS)),
]


def by_definition(definition: type[BaseModel], value: bytes) -> dict[str, Any] | int | None:
    """A row's members, the id that is deleted, or None for what is neither."""
    if definition is rows.PublishedExperiment:
        with suppress(ValidationError):
            return rows.DeletedExperiment.model_validate_json(value).experiment_id
    try:
        return definition.model_validate_json(value).model_dump()
    except ValidationError:
        return None


def as_dict(row: object) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}  # type: ignore[attr-defined]  # msgspec's name


@pytest.mark.parametrize(
    ("decoder", "definition", "values"), CASES, ids=["experiments", "users", "compounds", "rejects"]
)
def test_fast_decoding_agrees_with_the_definition(
    decoder: RowDecoder[Any], definition: type[BaseModel], values: st.SearchStrategy[Any]
) -> None:
    @given(st.lists(st.one_of(values, ANYTHING).map(lambda value: json.dumps(value).encode()), max_size=4))
    @example([b'{"experiment_id":1,"deleted":true,"user_id":-5,"more":"\\ud800"}'])
    @example([b'{"experiment_id":1,"user_id":1,"experiment_compound_ids":[],"experiment_run_time":1,"deleted":true}'])
    @example([b'{"experiment_id":1,"deleted":1}', b'{"experiment_id":1,"deleted":null}', b'{"deleted":true}'])
    @example([b'{"user_id":1,"name":"a","signup_date":"2024-01-01T00:00:00"}'])
    @example([b'{"user_id":1,"name":"\\ud800","signup_date":"2024-01-01"}'])
    def agree(batch: list[bytes]) -> None:
        found, indices, deleted, undecodable = decoder.decode(byte_column(batch))
        expected = [by_definition(definition, value) for value in batch]
        assert indices == [index for index, row in enumerate(expected) if isinstance(row, dict)]
        assert [as_dict(row) for row in found] == [row for row in expected if isinstance(row, dict)]
        assert [(row.index, row.row_id) for row in deleted] == [
            (index, row) for index, row in enumerate(expected) if isinstance(row, int)
        ]
        assert [bad.index for bad in undecodable] == [index for index, row in enumerate(expected) if row is None]
        assert all(bad.reason for bad in undecodable)

    agree()


@pytest.mark.parametrize(
    "batch",
    [
        [b'{"compound_id":1,"compound_name":"a"}\n{"compound_id":2,"compound_name":"b"}', b"{}"],
        [b'{"compound_id":1,"compound_name":"a}', b'{b"}'],
        [b'{"compound_id":1,"compound_name":"a","x":[{}', b"{}]}"],
        [b'{"compound_id":1', b'"compound_name":"a"}'],
    ],
)
def test_values_that_only_together_look_like_rows_are_not_rows(batch: list[bytes]) -> None:
    found, _, _, undecodable = row_decoder.COMPOUNDS.decode(byte_column(batch))
    assert found == []
    assert [bad.index for bad in undecodable] == [0, 1]


def test_a_missing_value_is_named_with_its_reason() -> None:
    found, indices, _, undecodable = row_decoder.COMPOUNDS.decode(
        byte_column([None, b'{"compound_id":1,"compound_name":"a"}', b"\xff"])
    )
    assert len(found) == 1
    assert indices == [1]
    assert [bad.index for bad in undecodable] == [0, 2]
    assert "no value" in undecodable[0].reason


def test_the_field_at_fault_is_named() -> None:
    value = b'{"experiment_id":1,"user_id":1,"experiment_compound_ids":[1],"experiment_run_time":1.2345}'
    _, _, _, [bad] = row_decoder.EXPERIMENTS.decode(byte_column([value]))
    assert (bad.field, bad.reason) == ("experiment_run_time", "has more than three decimals")


def test_a_fault_in_the_mark_is_told_before_others() -> None:
    _, _, _, [bad] = row_decoder.EXPERIMENTS.decode(byte_column([b'{"experiment_id":1,"deleted":"yes"}']))
    assert bad.field == "deleted"


def test_a_deletion_stands_beside_rows_and_faults_at_its_index() -> None:
    row = b'{"experiment_id":1,"user_id":1,"experiment_compound_ids":[],"experiment_run_time":1}'
    found, indices, [deleted], [bad] = row_decoder.EXPERIMENTS.decode(
        byte_column([row, b'{"experiment_id":17,"deleted":true}', None])
    )
    assert ([row.experiment_id for row in found], indices) == ([1], [0])
    assert (deleted.index, deleted.row_id, bad.index) == (1, 17, 2)
    assert '{"experiment_id":…,"deleted":true}' in bad.reason


def test_a_record_without_value_deletes_what_its_key_names() -> None:
    keys = [b"5", b"none", None, b"9223372036854775807"]
    found, _, deleted, undecodable = row_decoder.USERS.decode(byte_column([None] * 4), keys.__getitem__)
    assert found == []
    assert [(row.index, row.row_id) for row in deleted] == [(0, 5), (3, 2**63 - 1)]
    assert [(bad.index, bad.field) for bad in undecodable] == [(1, "user_id"), (2, "user_id")]


@pytest.mark.parametrize("decoder", [row_decoder.EXPERIMENTS, row_decoder.USERS])
def test_a_value_nested_too_deeply_is_no_row(decoder: RowDecoder[Any]) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    _, _, deleted, undecodable = decoder.decode(
        byte_column([deep, b'{"experiment_id":1,"deleted":true,"x":' + deep + b"}"])
    )
    assert deleted == []
    assert all("recursion" in bad.reason for bad in undecodable)
    assert len(undecodable) == 2


@given(st.lists(st.sampled_from([b"", b"{", b"}", b"\n", b"{}", b'{"compound_id":1,"compound_name":"a"}', b" {} "])))
def test_decoding_all_at_once_gives_what_decoding_one_by_one_gives(batch: list[bytes]) -> None:
    together = row_decoder.COMPOUNDS.decode(byte_column(batch))
    alone = [row_decoder.COMPOUNDS.decode(byte_column([value])) for value in batch]
    assert together.rows == [row for each in alone for row in each.rows]
    assert together.indices == [index for index, each in enumerate(alone) if each.rows]


@pytest.mark.parametrize(
    ("decoder", "value"),
    [
        (row_decoder.EXPERIMENTS, b'{"experiment_id":17,"deleted":true}'),
        (row_decoder.EXPERIMENTS, b'{"experiment_id":17,"\\u0064eleted":true}'),
        (row_decoder.USERS, None),
        (row_decoder.COMPOUNDS, None),
    ],
)
def test_a_batch_with_a_deletion_is_told_before_it_is_decoded(decoder: RowDecoder[Any], value: bytes | None) -> None:
    batch = byte_column([b"{}", value, b"{}"])
    assert decoder.decode(batch, lambda _: b"17").deleted
    assert decoder.may_delete(batch)
