from __future__ import annotations

import re

import pytest

from models.settings import Settings
from tests.unit.deployment.image import ROOT

SETTINGS = {name.upper(): str(field.default) for name, field in Settings.model_fields.items()}
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


@pytest.mark.parametrize(("variable", "default"), SETTINGS.items())
def test_every_setting_is_in_the_manual_with_its_default(variable: str, default: str) -> None:
    assert f"| `{variable}` | `{default}` |" in OPERATIONS


@pytest.mark.parametrize(("variable", "default"), SETTINGS.items())
def test_every_setting_is_in_the_example_with_its_default(variable: str, default: str) -> None:
    assert f"#{variable}={default}\n" in EXAMPLE


def test_the_example_names_no_unknown_variable() -> None:
    assert set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE)) == {*SETTINGS, "POSTGRES_PASSWORD"}
