"""From files that no model knows to their features: `ingest init`, and the first command that it prints."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from embedded.run_processes import MARK

OUTER_RUN = {MARK, "KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL", "STORE_DIR", "MODEL"}
INGEST = Path(sys.executable).with_name("ingest")
LIMIT_SECONDS = 240


def test_the_command_that_init_prints_loads_the_files_with_the_model_that_it_wrote(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "Accounts.csv").write_text("Account No.;Holder\nA-1;Ada Winter\nA-2;Bo Lind\nA-3;Cy Roth\n")
    for month in (1, 2):
        rows = (
            f"P{month}-{n};A-{1 + n % 3};{n}.50;{'NULL' if n % 9 == 0 else n};2024-0{month}-{n:02d}"
            for n in range(1, 29)
        )
        (files / f"payments_{month}.csv").write_text(
            "Payment ID;Account No.;Amount (EUR);Points;Paid on\n" + "\n".join(rows)
        )
    inherited = {name: value for name, value in os.environ.items() if name not in OUTER_RUN}

    written = subprocess.run([INGEST, "init", "files"], cwd=tmp_path, capture_output=True, text=True, check=True)
    [command] = [line for line in written.stdout.splitlines() if line.startswith("  ingest demo")]
    demo = subprocess.run(
        [INGEST, *shlex.split(command)[1:]],
        cwd=tmp_path,
        env={**inherited, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )

    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "audit: features of 3 accounts equal the SQL aggregate over 56 payments" in demo.stdout
    assert "Rejected:" not in demo.stdout
