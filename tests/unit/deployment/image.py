"""The Dockerfile as instructions, and what .dockerignore leaves of the project's files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOCKERFILE = ROOT / "Dockerfile"


@dataclass(frozen=True)
class Instruction:
    stage: int
    name: str
    arguments: str

    @property
    def copied(self) -> list[str]:
        """Sources of a COPY from the project; none of another instruction."""
        words = self.arguments.split()
        return [] if self.name != "COPY" or words[0].startswith("--from") else words[:-1]


def instructions() -> list[Instruction]:
    lines = (line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#"))
    logical = re.sub(r"\\\n", " ", "\n".join(lines)).splitlines()
    found: list[Instruction] = []
    stage = -1
    for line in filter(None, map(str.strip, logical)):
        name, _, arguments = line.partition(" ")
        stage += name == "FROM"
        found.append(Instruction(stage, name, arguments.strip()))
    return found


def of_last_stage(name: str) -> list[str]:
    """Arguments of each instruction of that name in the stage that becomes the image."""
    every = instructions()
    return [each.arguments for each in every if each.stage == every[-1].stage and each.name == name]


def is_ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path from the build: the last pattern that matches it or a folder above wins."""
    ignored = False
    above = [path, *map(str, Path(path).parents[:-1])]
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        pattern = line.removeprefix("!")
        if any(fnmatch(each, pattern) or fnmatch(f"/{each}", pattern.replace("**/", "*/")) for each in above):
            ignored = not line.startswith("!")
    return ignored
