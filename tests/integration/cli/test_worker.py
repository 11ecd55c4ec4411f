"""`ingest worker` takes each level of logging that it documents."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.worker import LOG_LEVELS

ENVIRONMENT = {"DATABASE_URL": "postgresql://postgres@127.0.0.1:1/none", "LOG_FORMAT": "json"}


@pytest.mark.parametrize("level", [*LOG_LEVELS, "WARNING", "Critical"])
def test_each_level_is_taken_and_logs_what_it_says(tmp_path: Path, level: str) -> None:
    # A store that is a file: the worker ends at once with a line of the highest level.
    (tmp_path / "store").write_text("")
    environment = {**os.environ, **ENVIRONMENT, "STORE_DIR": str(tmp_path / "store")}
    command = [sys.executable, "-m", "cli", "worker", "--no-web", "--log-level", level]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    assert "The worker ends: " in done.stderr
    assert ('"level":"debug"' in done.stderr) is (level == "debug")
