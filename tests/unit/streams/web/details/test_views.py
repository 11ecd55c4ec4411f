"""Values of a row are shown as short texts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from streams.web.details.views import _shown


@pytest.mark.parametrize(
    ("microsecond", "shown"),
    [(0, "2024-03-05 13:00:10"), (500_000, "2024-03-05 13:00:10.5"), (10, "2024-03-05 13:00:10.00001")],
)
def test_a_moment_has_no_zeros_that_say_nothing(microsecond: int, shown: str) -> None:
    assert _shown(datetime(2024, 3, 5, 13, 0, 10, microsecond, UTC)) == shown
