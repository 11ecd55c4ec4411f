"""How the main job ends when there is nothing to load."""

import os
import subprocess
import sys
from pathlib import Path

from models.exit_codes import ExitCode

ROOT = Path(__file__).parents[3]
NOWHERE = {
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
    "DATABASE_URL": "postgresql://postgres@127.0.0.1:1/postgres",
}


def test_a_folder_without_files_is_told_in_one_line_and_none_of_the_worker(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli.main_job", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, **NOWHERE, "STORE_DIR": str(tmp_path / "store")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == ExitCode.NOTHING
    assert done.stderr.splitlines() == [
        f"{tmp_path}: holds no .csv, .tsv or .txt file with rows: name a folder with such files, or the files"
    ]
