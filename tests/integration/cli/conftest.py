from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.shell import Shell
from tests.processes import Stack


@pytest.fixture
def shell(stack: Stack, tmp_path: Path) -> Shell:
    folder = tmp_path / "lab"
    folder.mkdir()
    return Shell(stack, folder)
