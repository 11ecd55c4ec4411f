"""Small hostile files, each with what is expected of it in a JSON file of the same name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from producers.rows.read_options import ReadOptions

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One file and what is expected of it."""

    path: Path
    expected: dict[str, Any]

    @property
    def name(self) -> str:
        """The file's name without its suffixes."""
        return self.path.name.partition(".")[0]

    @property
    def reading(self) -> ReadOptions:
        """The options that it is to be read with."""
        return ReadOptions(**self.expected.get("options", {}))

    @property
    def needs_options(self) -> bool:
        """Whether it can be loaded beside files that need none."""
        return "options" in self.expected

    @property
    def problem(self) -> str | None:
        """What is said of a file that cannot be loaded at all."""
        return self.expected.get("problem")


def cases() -> list[Case]:
    """All files, in the order of their names."""
    expectations = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
    files = {path.name.partition(".")[0]: path for path in FOLDER.iterdir() if path.suffix not in {".json", ".py"}}
    return [Case(files[name], expected) for name, expected in expectations.items()]
