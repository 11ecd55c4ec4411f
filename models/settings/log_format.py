"""The forms that a log may have, and the logs that a command does not show."""

from __future__ import annotations

import logging
from enum import StrEnum


class LogFormat(StrEnum):
    """How log lines are written."""

    AUTO = "auto"
    """As text on a terminal, else as JSON."""
    JSON = "json"
    TEXT = "text"


def silence_libraries() -> None:
    """Log nothing of clients: a command reports in one line what they run into."""
    for name in ("aiokafka", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
