from __future__ import annotations

from copy import deepcopy

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.features.aggregate import Aggregate
from streams.features.aggregate_columns import Aggregates, joined
from tests.unit.streams.features.aggregates import DELTAS, STORED, USERS, ByUser, of_users

KNOWN_OR_NEW = STORED | st.builds(Aggregate)


def users_of(columns: Aggregates) -> ByUser:
    """Each user's aggregate; checks that the columns are as they should be."""
    ids = columns.user_ids.tolist()
    for first, end in zip(columns.first_pairs, columns.first_pairs[1:], strict=False):
        assert np.all(np.diff(columns.compound_ids[first:end].astype(object)) > 0)
    assert columns.first_pairs[0] == 0
    assert columns.first_pairs[-1] == len(columns.compound_ids) == len(columns.counts)
    assert len(ids) == len(set(ids)) == len(columns)
    return {user: columns.user(number) for number, user in enumerate(ids)}


@given(st.dictionaries(USERS, st.tuples(KNOWN_OR_NEW, DELTAS, DELTAS), max_size=6))
def test_merging_many_users_deltas_equals_merging_one_by_one(
    users: dict[int, tuple[Aggregate, Aggregate, Aggregate]],
) -> None:
    columns = Aggregates.of({user: known for user, (known, _, _) in users.items()})
    expected = {user: deepcopy(known) for user, (known, _, _) in users.items()}
    for number in (1, 2):
        columns = columns.merged(Aggregates.of({user: each[number] for user, each in users.items()}), version=number)
        for user, each in users.items():
            expected[user].merge(each[number])
            expected[user].version = number
        assert users_of(columns) == expected


@given(of_users(KNOWN_OR_NEW | DELTAS))
def test_what_is_listed_most_is_what_each_aggregate_says(users: ByUser) -> None:
    columns = Aggregates.of(users)
    tops = columns.tops()
    each = list(users.values())
    assert tops.top_counts.tolist() == [aggregate.top_count for aggregate in each]
    assert tops.tied.tolist() == [len(aggregate.tied) for aggregate in each]
    assert tops.compound_ids.tolist() == [compound for aggregate in each for compound in aggregate.tied]
    assert tops.top_compound_ids().tolist() == [aggregate.top_compound_id or 0 for aggregate in each]
    assert columns.are_zero.tolist() == [aggregate.is_zero for aggregate in each]
    assert columns.pairs.tolist() == [len(aggregate.compounds) for aggregate in each]


@given(of_users(STORED))
def test_listed_compounds_are_counted_with_repeats(users: ByUser) -> None:
    few = {
        user: Aggregate(1, 0, {key: count % 1000 + 1 for key, count in each.compounds.items()})
        for user, each in users.items()
    }
    assert Aggregates.of(few).tops().listed.tolist() == [aggregate.listed for aggregate in few.values()]


@given(of_users(KNOWN_OR_NEW), st.data())
def test_chosen_users_and_the_others_joined_are_all(users: ByUser, data: st.DataObject) -> None:
    columns = Aggregates.of(users)
    chosen = np.array(data.draw(st.lists(st.booleans(), min_size=len(users), max_size=len(users))), np.bool_)
    picked = users_of(columns.at(chosen))
    assert picked == {user: users[user] for user, is_chosen in zip(users, chosen, strict=True) if is_chosen}
    assert users_of(joined([columns.at(chosen), columns.at(~chosen)])) == users


def test_a_sum_beyond_64_bits_stays_exact() -> None:
    most = 2**63 - 1
    columns = Aggregates.of({1: Aggregate(1, most)})
    above = columns.merged(Aggregates.of({1: Aggregate(1, most)}), version=1)
    assert above.thousandths.tolist() == [2 * most]
    back = above.merged(Aggregates.of({1: Aggregate(-1, -most)}), version=2)
    assert back.thousandths.tolist() == [most]
