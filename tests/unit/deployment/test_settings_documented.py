from __future__ import annotations

import re

import pytest

from cli.environment import default_text
from models.settings.environment import Settings
from models.settings.secret_files import SECRETS
from tests.unit.deployment.image import ROOT

SETTINGS = {name.upper(): default_text(name) for name in Settings.model_fields}
FILES = {f"{name.upper()}_FILE" for name in SECRETS}
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


@pytest.mark.parametrize(("variable", "default"), SETTINGS.items())
def test_every_setting_is_in_the_manual_with_its_default(variable: str, default: str) -> None:
    shown = f"`{default}`" if default else "none"
    assert f"| `{variable}` | {shown} |" in OPERATIONS


@pytest.mark.parametrize("variable", sorted(FILES))
def test_every_file_of_a_setting_is_in_the_manual_and_the_example(variable: str) -> None:
    assert f"`{variable}`" in OPERATIONS
    assert f"#{variable}=\n" in EXAMPLE


@pytest.mark.parametrize(("variable", "default"), SETTINGS.items())
def test_every_setting_is_in_the_example_with_its_default(variable: str, default: str) -> None:
    assert f"#{variable}={default}\n" in EXAMPLE


def test_the_example_names_no_unknown_variable() -> None:
    assert set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE)) == {*SETTINGS, *FILES, "POSTGRES_PASSWORD"}
