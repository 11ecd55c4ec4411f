"""A command imports what it needs: nobody waits for what another command needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"faust", "numpy", "pyarrow", "rich", "sqlalchemy"}
OF_A_WORKER = {"faust", "rich"}
"""What no command needs that only asks Postgres and Kafka; the model takes the others of HEAVY."""


def imported_by(module: str) -> set[str]:
    """The modules that a Python holds which has imported this one."""
    code = f"import sys, {module}; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(ended.stdout.split())


def test_the_command_line_imports_no_server_client_before_a_command_is_chosen() -> None:
    found = imported_by("cli.main")

    assert not found & {*HEAVY, "aiokafka", "asyncpg"}
    assert not {name for name in found if name.startswith(("streams.", "producers."))}


@pytest.mark.parametrize(
    "command", ["audit", "demo", "doctor", "export", "loads", "rejects", "report", "skip", "status", "worker"]
)
def test_a_command_that_loads_no_rows_imports_nothing_heavy(command: str) -> None:
    assert not imported_by(f"cli.{command}") & OF_A_WORKER


def test_the_worker_does_without_sqlalchemy() -> None:
    assert "sqlalchemy" not in imported_by("streams.app")
