"""The sample model with its table `experiments` divided by a hash of the key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.testbed import Testbed

TABLE = 'table="experiments"'


def divided(testbed: Testbed, folder: Path, parts: int) -> Testbed:
    """The testbed with a model, written to this folder, that declares so many parts."""
    declared = (testbed.tree.folder / "models" / "lab.py").read_text(encoding="utf-8")
    model = folder / "divided.py"
    model.write_text(declared.replace(TABLE, f"{TABLE}, partitions={parts}"), encoding="utf-8")
    return replace(testbed, environment={**testbed.environment, "MODEL": str(model)})
