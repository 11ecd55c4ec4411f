"""`ingest demo`, as someone runs it who has nothing but the installed package."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from embedded.run_processes import MARK

OUTER_RUN = {MARK, "KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL", "STORE_DIR"}
LIMIT_SECONDS = 120


def test_the_demo_runs_the_whole_way_in_a_folder_with_modules_of_our_names(tmp_path: Path) -> None:
    temporary, folder = tmp_path / "temporary", tmp_path / "folder"
    temporary.mkdir()
    for name in ("models", "streams"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text("raise SystemExit('not ours')\n")
    inherited = {name: value for name, value in os.environ.items() if name not in OUTER_RUN}

    demo = subprocess.run(
        [Path(sys.executable).with_name("ingest"), "demo"],
        cwd=folder,
        env={**inherited, "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )

    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "data/user_experiments.csv:14: experiment_run_time" in demo.stdout
    assert "audit: features of 9 users equal the SQL aggregate over 15 experiments" in demo.stdout
    assert list(temporary.iterdir()) == []
    assert sorted(path.name for path in folder.iterdir()) == ["models", "streams"]
