"""Pathway."""

from __future__ import annotations

from pathlib import Path

from bench.engines.engine import BULK, DEFAULT, KILL, LIVE, Engine, Place, Start, pinned
from bench.environments import environment_python

FOLDER = Path(__file__).parent
REQUIREMENTS = FOLDER / "requirements.txt"
PROGRAM, TABLES = FOLDER / "features.py", FOLDER / "tables.sql"
SETTINGS = {
    DEFAULT: {"commit_ms": "1500", "threads": "1", "auto_commit": "false"},
    BULK: {"commit_ms": "5000", "threads": "2", "auto_commit": "true"},
    LIVE: {"commit_ms": "20", "threads": "1", "auto_commit": "false"},
}
WORDS = {
    DEFAULT: "commits of 1.5 s",
    BULK: "commits of 5 s, two threads, the consumers' own commits",
    LIVE: "commits of 20 ms",
}


def _engine(title: str, again: str, *untried: str) -> Engine:
    def start(place: Place) -> Start:
        python = environment_python("pathway", REQUIREMENTS)
        settings = (place.setting["commit_ms"], place.setting["auto_commit"])
        arguments = [str(place.folder / "persistence"), place.group, *settings, again]
        return Start([str(python), str(PROGRAM), *arguments], {"PATHWAY_THREADS": place.setting["threads"]})

    versions = pinned(REQUIREMENTS, "pathway")
    return Engine(title, start, [PROGRAM, TABLES], SETTINGS, WORDS, TABLES, versions=versions, untried=untried)


NEWEST = _engine("Pathway, deduplicating, with persistence", "newest")
APPEND = _engine("Pathway, append-only, with persistence", "append", KILL)
