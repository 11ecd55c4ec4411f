"""What can go wrong in a measurement."""

from __future__ import annotations


class MeasurementError(Exception):
    """A measurement could not be brought to its end; the message holds what the process said last."""


class WrongAnswerError(MeasurementError):
    """The measured program computed something else than the others: its speed counts for nothing."""


class UnavailableError(MeasurementError):
    """A peer cannot be installed or run here; the message says why."""
