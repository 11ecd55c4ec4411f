"""The exceptions that only loading raises; the rest are in models.errors."""

from __future__ import annotations

from collections.abc import Sequence

from models.errors import ExactFeaturesError


class NothingLoadableError(ExactFeaturesError):
    """Of all paths given, none leads to a file that can be loaded."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
        """One line for each path or file: what is wrong with it and what to do."""


class TopicCreationError(ExactFeaturesError):
    """Kafka answers, but refuses to create a topic."""


class UnreadableFileError(ExactFeaturesError):
    """A file as a whole cannot be loaded; the message names it and says what to do."""


class LoadOptionError(ExactFeaturesError):
    """An option of a load cannot be used."""


class TooManyRejectsError(ExactFeaturesError):
    """A load was stopped, as more of its rows were bad than its caller takes."""


class InterruptedLoadError(ExactFeaturesError):
    """A load was stopped by the person who started it; what it published is counted."""


class RowFaultError(Exception):
    """One row is not valid; it goes to the dead letters and the others go on."""

    def __init__(self, field: str | None, value: str | None, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        """The column at fault; None when it is the row as a whole."""
        self.value = value
        """What stands in that column, as read."""
        self.reason = reason
        """For people: completes "`field` `value` …"."""
