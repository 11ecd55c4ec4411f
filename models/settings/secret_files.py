"""Secrets in files, as docker and Kubernetes hand them over: NAME_FILE holds the path of a file with NAME's value."""

from __future__ import annotations

import os
from pathlib import Path

from models.errors import SettingsError

SECRETS = ("database_url", "kafka_sasl_password", "web_token")
"""The fields that may come from a file."""


def values_of_files() -> dict[str, str]:
    """The values of the files that the environment names, by field; a variable that is set itself goes before its file.

    Raises:
        SettingsError: a file cannot be read or is empty.
    """
    named = {field: os.environ.get(f"{field.upper()}_FILE", "") for field in SECRETS}
    return {
        field: _value(f"{field.upper()}_FILE", path)
        for field, path in named.items()
        if path and not os.environ.get(field.upper())
    }


def _value(variable: str, path: str) -> str:
    try:
        # An editor ends the file with a line end that is not part of the secret.
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(f"{variable}={path}: the file cannot be read: {what}") from None
    if not value:
        raise SettingsError(f"{variable}={path}: the file is empty")
    return value
