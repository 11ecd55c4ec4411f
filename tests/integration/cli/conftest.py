from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.payment_models import BIG, SMALL, payments, use
from tests.integration.cli.shell import Shell
from tests.processes import Stack


@pytest.fixture
def shell(stack: Stack, tmp_path: Path) -> Shell:
    folder = tmp_path / "lab"
    folder.mkdir()
    return Shell(stack, folder)


@pytest.fixture
def small(shell: Shell) -> Shell:
    """A folder with two models, of which the smaller one is meant unless another is named, and a file."""
    shell.write("small.py", SMALL)
    shell.write("big.py", BIG)
    (shell.folder / "files").mkdir()
    shell.write("files/payments.csv", payments(0, 6000))
    use(shell, "small.py")
    return shell
