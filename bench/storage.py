"""The stored results: one JSON file for each kind of run, one entry for each measurement."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.figure import Figure, median

FOLDER = Path(os.environ.get("BENCH_RESULTS") or Path(__file__).parent / "results")
"""Where they are kept; BENCH_RESULTS names another folder, for tries that are not to be published."""

Entry = dict[str, Any]
"""Either `runs`, a list of figures, or `unavailable`, a reason; with whatever else describes the measurement."""


def store(kind: str, name: str, entry: Entry, folder: Path = FOLDER) -> None:
    """Replace one entry of a kind's file; the other entries stay."""
    entries = {**stored(kind, folder), name: entry}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{kind}.json").write_text(json.dumps(entries, indent=1) + "\n")


def discard(kind: str, folder: Path = FOLDER) -> None:
    """Forget a kind's entries, before a run that makes all of them anew."""
    (folder / f"{kind}.json").unlink(missing_ok=True)


def stored(kind: str, folder: Path = FOLDER) -> dict[str, Entry]:
    """All entries of a kind by name; none if it was never measured."""
    try:
        entries: dict[str, Entry] = json.loads((folder / f"{kind}.json").read_text())
    except FileNotFoundError:
        return {}
    return entries


def with_figures(figures: Sequence[Figure], **described: object) -> Entry:
    """An entry."""
    return {**described, "runs": [asdict(figure) for figure in figures]}


def figure_of(entry: Entry | None) -> Figure | None:
    """The median of an entry's runs; None if there is none."""
    if not entry or "runs" not in entry:
        return None
    return median([Figure(**run) for run in entry["runs"]])
