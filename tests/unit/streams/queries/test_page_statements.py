from __future__ import annotations

from typing import get_args

from streams.queries.page_statements import DIRECTIONS, SORTS
from streams.web.parameters import UsersAsked


def test_the_report_is_sorted_by_whatever_may_be_asked_for() -> None:
    fields = UsersAsked.model_fields
    assert set(get_args(fields["sort"].annotation)) == SORTS.keys()
    assert set(get_args(fields["direction"].annotation)) == DIRECTIONS.keys()
