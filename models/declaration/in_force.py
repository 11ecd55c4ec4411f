"""The model that this process works by: that of the setting MODEL, loaded once."""

from __future__ import annotations

from functools import cache

from models.declaration.loading import load_model
from models.declaration.model import Model
from models.settings.environment import load_settings

model_named = cache(load_model)
"""`load_model`, each name once: its tables can be compared by identity."""


def model_in_force() -> Model:
    """The model that the environment names.

    Raises:
        ModelError: there is none, or its declaration is faulty; all its faults are reported.
        SettingsError: the environment cannot be used.
    """
    return model_named(load_settings().model)
