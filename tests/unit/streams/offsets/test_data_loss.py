from __future__ import annotations

from uuid import UUID

import pytest
from faust.types import TP

from streams.offsets.data_loss import lost_records
from streams.offsets.start_offsets import StartOffset
from streams.offsets.watermarks import Watermarks

NOW, EARLIER = UUID(int=1), UUID(int=2)
USERS = TP("users", 0)


@pytest.mark.parametrize(
    ("bounds", "topic_id", "point", "published_to", "told"),
    [
        (Watermarks(0, 9), NOW, StartOffset(NOW, 9), [("users", NOW, 2)], []),
        (Watermarks(0, 9), NOW, StartOffset(NOW, 4), [], []),
        (Watermarks(0, 9), NOW, StartOffset(EARLIER, 0), [], []),
        (Watermarks(3, 9), NOW, StartOffset(NOW, 9), [], ["users[0]: records 0 to 2 were deleted from the topic"]),
        (Watermarks(0, 8), NOW, StartOffset(NOW, 9), [], ["users[0]: it was read up to 9 and ends at 8"]),
        (
            Watermarks(0, 9),
            NOW,
            StartOffset(EARLIER, 9),
            [("users", EARLIER, 2), ("users", NOW, 1)],
            [
                "users[0]: 9 records were read from a topic that is gone",
                f"users: 2 loads published to a topic of that name that is gone (id {EARLIER})",
            ],
        ),
    ],
)
def test_each_sign_of_a_loss_is_told(
    bounds: Watermarks,
    topic_id: UUID,
    point: StartOffset,
    published_to: list[tuple[str, UUID, int]],
    told: list[str],
) -> None:
    assert list(lost_records({USERS: bounds}, {"users": topic_id}, {USERS: point}, published_to)) == told


def test_a_database_that_has_read_nothing_misses_nothing() -> None:
    assert list(lost_records({USERS: Watermarks(0, 9)}, {"users": NOW}, {}, [])) == []
    assert list(lost_records({}, {}, {}, [])) == []


def test_a_topic_that_is_gone_is_told() -> None:
    assert list(lost_records({}, {}, {USERS: StartOffset(NOW, 1)}, [])) == [
        "users[0]: 1 records were read from a topic that is gone"
    ]
