"""The few exceptions that the whole project raises on purpose."""

from __future__ import annotations

from typing import ClassVar

from models.exit_codes import ExitCode


class ExactFeaturesError(Exception):
    """Base of every error that is reported as one line: what was wrong, where, and what to do."""

    exit_code: ClassVar[ExitCode] = ExitCode.NOTHING
    """The exit code of a command that it ends."""


class SettingsError(ExactFeaturesError):
    """An environment variable holds a value that cannot be used."""


class KafkaUnreachableError(ExactFeaturesError):
    """No broker answered at the configured address."""

    exit_code = ExitCode.KAFKA


class TopicCreationError(ExactFeaturesError):
    """Kafka answers, but refuses to create a topic, or has one that cannot be used."""

    exit_code = ExitCode.KAFKA


class MissingRightError(ExactFeaturesError):
    """A server does not let this user do what it must; no waiting mends that."""


class DatabaseUnreachableError(ExactFeaturesError):
    """Postgres did not answer at the configured address."""

    exit_code = ExitCode.POSTGRES


class UnsupportedDatabaseError(ExactFeaturesError):
    """Postgres answers, but its release or its schema is of a version that this project cannot use."""

    exit_code = ExitCode.POSTGRES


class ModelDiffersError(ExactFeaturesError):
    """This process works by another model than the one in force in the database."""


class ModelMisfitError(ExactFeaturesError):
    """The tables of the database are not those of the model."""


class StalePositionError(ExactFeaturesError):
    """Kafka, Postgres and this worker disagree about how far a partition was read: a restart re-reads it."""
