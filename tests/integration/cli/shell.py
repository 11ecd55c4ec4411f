"""The command `ingest` in a folder of its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.processes import Stack

USERS = "user_id,name,email,signup_date\n"
EXPERIMENTS = "experiment_id,user_id,experiment_compound_ids,experiment_run_time\n"


class Shell:
    """Runs `ingest` in a folder of its own."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        self.folder = folder

    def start(self, *arguments: str, stdin: int | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "cli", *arguments],
            cwd=self.folder,
            env={**self.stack.environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    async def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = await asyncio.to_thread(process.communicate, timeout=120)
        return process.returncode, out, err

    async def json(self, *arguments: str) -> Any:  # noqa: ANN401  # whatever is printed
        _, out, err = await self.run(*arguments, "--json")
        assert out, err
        return json.loads(out)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, newline="")

    def read(self, name: str) -> str:
        return (self.folder / name).read_text()
