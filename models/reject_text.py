"""A rejected row in words: where it is, and what is wrong with it. Not escaped for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def place_of(reject: Mapping[str, Any]) -> str:
    """File and line; for a record of another client topic, partition and offset."""
    if reject["file"] is not None:
        return f"{reject['file']}:{reject['line']}"
    return f"{reject['topic']}[{reject['partition']}]@{reject['offset']}"


def fault_text(field: str | None, value: str | None, reason: str) -> str:
    """One fault: the field and its value, where they are known, and the reason."""
    subject = f"{field}: " if field else ""
    quoted = "" if value is None else f'"{value}" '
    return f"{subject}{quoted}{reason}"
