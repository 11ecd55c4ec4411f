from __future__ import annotations

import faust

from streams.features.aggregate import Aggregate
from streams.table.codec import value_of
from streams.table.faust_table import declare

MEMBERS = {
    "experiments": 2,
    "thousandths": 3500,
    "compounds": {4: 2, 7: 2, 9: 1},
    "listed": 5,
    "top_count": 2,
    "tied": [4, 7],
    "version": 6,
}


def test_faust_code_reads_and_writes_a_users_aggregate_as_a_dict() -> None:
    table = declare(faust.App("codec", store="memory://"), 1)
    value = value_of(Aggregate(2, 3500, {9: 1, 7: 2, 4: 2}, version=6))
    assert table.data._decode_value(value) == MEMBERS  # noqa: SLF001  # what reading table[user_id] calls
    assert table.data._encode_value(MEMBERS) == value  # noqa: SLF001  # and what writing it calls


def test_a_value_of_another_form_is_none_to_faust_code() -> None:
    table = declare(faust.App("codec", store="memory://"), 1)
    assert table.data._decode_value(b"\x93\x01\x02\x03") is None  # noqa: SLF001  # as above
