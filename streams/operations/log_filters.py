"""What the libraries log of a server that is away, for each of many attempts a second, left out of the log.

`streams/kafka/watch.py` and `streams/retry/backoff.py` say the same once a step. Everything else that the libraries
have to say stays. A crash is said by the line with which the process ends.
"""

from __future__ import annotations

import logging

_SAID_ELSEWHERE = {
    "aiokafka": (
        "Unable connect to",
        "Unable to connect",
        "Unable to update metadata",
        "Failed fetch messages",
        "Failed to get offsets",
        "Failed offsets request",
        "Group Coordinator Request failed",
        "Error sending",
        "Marking the coordinator dead",
        "Heartbeat failed",
        "Heartbeat send request failed",
        "Heartbeat session expired",
        "LeaveGroup request failed",
        "Error in join group",
        "OffsetCommit failed",
        "Got error produce response",
        "Topic %s is not available",
        "Error fetching metadata",
    ),
    "mode": ("Crashed reason=", "Timer %s"),
    "faust": ("Crashed reason=", "Timer %s", "Drain messages raised"),
    "streams": ("Crashed reason=",),
}
"""Parts of the messages, by the library; a service of ours logs its crash by its own name."""


class _SaidElsewhere(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        # A service's name comes before its message.
        message = str(record.msg)
        return not any(part in message for part in _SAID_ELSEWHERE.get(record.name.partition(".")[0], ()))


def calm() -> None:
    """Filter what the root logger's handlers write."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(_SaidElsewhere())
