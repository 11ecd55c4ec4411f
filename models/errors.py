"""The few exceptions that the whole project raises on purpose."""


class ExactFeaturesError(Exception):
    """Base of every error that is reported as one line: what was wrong, where, and what to do."""


class SettingsError(ExactFeaturesError):
    """An environment variable holds a value that cannot be used."""


class KafkaUnreachableError(ExactFeaturesError):
    """No broker answered at the configured address."""


class TopicCreationError(ExactFeaturesError):
    """Kafka answers, but refuses to create a topic, or has one that cannot be used."""


class MissingRightError(ExactFeaturesError):
    """A server does not let this user do what it must; no waiting mends that."""


class DatabaseUnreachableError(ExactFeaturesError):
    """Postgres did not answer at the configured address."""


class UnsupportedDatabaseError(ExactFeaturesError):
    """Postgres answers, but its release or its schema is of a version that this project cannot use."""


class StalePositionError(ExactFeaturesError):
    """Kafka, Postgres and this worker disagree about how far a partition was read: a restart re-reads it."""
