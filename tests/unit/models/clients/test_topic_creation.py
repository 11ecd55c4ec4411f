from __future__ import annotations

import pytest
from aiokafka.errors import NotControllerError, PolicyViolationError, TopicAuthorizationFailedError

from models.clients.topic_creation import _check, _obstacle
from models.errors import TopicCreationError

LED, LEADERLESS = {"partition": 0, "leader": 1}, {"partition": 1, "leader": -1}


@pytest.mark.parametrize(
    ("partitions", "at_least", "expected"),
    [
        ([LED], 1, None),
        ([], 1, "topic users is not shown to this user: may it Describe the topic?"),
        ([LED], 2, "topic users has 1 partitions, and 2 are needed"),
        ([LED, LEADERLESS], 1, "no leader for partition 1 of topic users: start the brokers that hold it"),
    ],
)
def test_what_keeps_a_topic_from_being_used_is_named(
    partitions: list[object], at_least: int, expected: str | None
) -> None:
    assert _obstacle("users", partitions, at_least) == expected


def test_what_passes_is_not_a_refusal() -> None:
    _check(0, [], "create topic users")
    with pytest.raises(NotControllerError):
        _check(NotControllerError.errno, ["not here"], "create topic users")


@pytest.mark.parametrize(
    ("error", "message", "expected"),
    [
        (
            TopicAuthorizationFailedError,
            None,
            "TopicAuthorizationFailedError; give this user Create and Describe on it",
        ),
        (PolicyViolationError, "Too few.", "Too few; change these settings, or create the topic by hand"),
    ],
)
def test_a_refusal_has_its_reason_and_what_to_do(
    error: type[TopicAuthorizationFailedError], message: str | None, expected: str
) -> None:
    with pytest.raises(TopicCreationError, match=f"Kafka refuses to create topic users: {expected}"):
        _check(error.errno, [message], "create topic users")
