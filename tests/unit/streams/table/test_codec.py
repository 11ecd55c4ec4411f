from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.features.aggregate import Aggregate
from streams.features.aggregate_columns import Aggregates
from streams.table import codec as table_codec
from streams.table.codec import NOTHING, aggregate_of, decoded, encoded, value_of
from tests.unit.streams.features.aggregates import DELTAS, STORED, USERS, ByUser, of_users
from tests.unit.streams.features.test_aggregate_columns import users_of

DAMAGED = st.none() | st.binary(max_size=60)
GOOD = value_of(Aggregate(2, 3, {1: 2, 7: 1}, version=5)) or b""


@given(of_users(STORED))
def test_stored_users_come_back(users: ByUser) -> None:
    columns = Aggregates.of(users)
    values = encoded(columns)
    assert [len(value or b"") for value in values.values()] == values.sizes.tolist()
    assert users_of(decoded(columns.user_ids, values.values())) == users


@given(st.dictionaries(USERS, st.tuples(STORED | st.builds(Aggregate), DELTAS), max_size=6))
def test_what_was_read_is_changed_and_written_as_what_was_computed(
    users: dict[int, tuple[Aggregate, Aggregate]],
) -> None:
    known = Aggregates.of({user: aggregate for user, (aggregate, _) in users.items()})
    deltas = Aggregates.of({user: delta for user, (_, delta) in users.items()})
    read = decoded(known.user_ids, encoded(known).values())
    assert users_of(read.merged(deltas, 3)) == users_of(known.merged(deltas, 3))


@given(st.dictionaries(USERS, st.tuples(STORED, st.none() | DAMAGED), max_size=6))
def test_users_without_a_readable_value_are_empty_and_have_no_version(
    users: dict[int, tuple[Aggregate, bytes | None]],
) -> None:
    expected, values = {}, []
    for number, (user, (aggregate, damaged)) in enumerate(users.items()):
        expected[user] = aggregate if number % 2 else Aggregate()
        values.append(value_of(aggregate) if number % 2 else damaged)
    assert users_of(decoded(np.array([*users], np.int64), values)) == expected


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"{}",
        b"\x93\x01\x02\x03",
        # The form before this one.
        msgspec.msgpack.encode([2, 3, {1: 2, 7: 1}, 3, 2, [1], 5]),
        GOOD[:-1],
        GOOD[:10],
        b"\xc1\xff" + GOOD[2:],
        b"\xc2" + GOOD[1:],
        value_of(Aggregate(2, 3, {1: 2}, version=0)),
    ],
)
def test_a_value_of_another_form_counts_as_unknown(value: bytes) -> None:
    assert aggregate_of(value) is None
    assert users_of(decoded(np.array([1, 2]), [value, GOOD])) == {1: Aggregate(), 2: aggregate_of(GOOD)}


def test_values_are_as_narrow_as_the_users_own_numbers() -> None:
    empty = len(value_of(Aggregate(1, 1, {}, 1)) or b"")
    users = {
        1: Aggregate(1, 1, {255: 255}, 1),
        2: Aggregate(1, 1, {256: 1}, 1),
        3: Aggregate(1, 1, {1: 256, 2**32: 1}, 1),
    }
    assert (encoded(Aggregates.of(users)).sizes - empty).tolist() == [2, 3, 20]


def test_the_table_holds_nothing_of_users_that_do_not_fit_or_have_no_experiments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table_codec, "MAX_VALUE_BYTES", 30)
    users = {
        1: Aggregate(0, 0, {}, 7),
        2: Aggregate(1, 2**64, {}, 7),
        3: Aggregate(1, 1, {1: 1, 2: 1}, 7),
        4: Aggregate(1, 1, {1: 1, 2: 1, 3: 1}, 7),
    }
    values = encoded(Aggregates.of(users))
    assert [size != NOTHING for size in values.sizes.tolist()] == [False, False, True, False]
    assert [value and aggregate_of(value) for value in values.values()] == [None, None, users[3], None]
