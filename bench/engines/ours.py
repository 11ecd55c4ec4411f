"""Our worker, under the same trials; and with our producer from a file, as batch engines are tried."""

from __future__ import annotations

import ast
from pathlib import Path

from bench.engines.engine import DEFAULT, Engine, Place, Start
from bench.process import PROJECT, python

MODEL = PROJECT / "models" / "lab.py"
DECLARED = ("Experiment", "UserFeatures")


def declared_lines(path: Path = MODEL) -> int:
    """The lines of the model's two classes that are about experiments and their features."""
    classes = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)]
    chosen = [node for node in classes if node.name in DECLARED]
    return sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in chosen)


def _start(place: Place) -> Start:
    command = python("faust", "-A", "streams.app", "worker", "-l", "info", "--without-web")
    return Start(command, {"STORE_DIR": str(place.folder / "store")})


def _start_from_file(place: Place) -> Start:
    return Start(python("bench.engines.file_to_features", str(place.file)), {"STORE_DIR": str(place.folder / "store")})


ENGINE = Engine(
    "our worker, exactly once",
    _start,
    [MODEL],
    {DEFAULT: {}},
    {DEFAULT: "as it comes"},
    written_lines=declared_lines(),
)
FROM_FILE = Engine(
    "our producer and worker, from the file",
    _start_from_file,
    [MODEL],
    {DEFAULT: {}},
    {DEFAULT: "as they come, both cold"},
    written_lines=declared_lines(),
    batch=True,
)
