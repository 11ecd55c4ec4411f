"""The model that this process works by: that of the setting MODEL, loaded once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from models.settings.environment import load_settings

if TYPE_CHECKING:
    from models.declaration.model import Model


@cache
def model_named(name: str) -> Model:
    """`load_model`, each name once: its tables can be compared by identity."""
    # Only here, as commands that need no model need none of the libraries that it is made with.
    from models.declaration.loading import load_model  # noqa: PLC0415

    return load_model(name)


def model_in_force() -> Model:
    """The model that the environment names.

    Raises:
        ModelError: there is none, or its declaration is faulty; all its faults are reported.
        SettingsError: the environment cannot be used.
    """
    return model_named(load_settings().model)
