"""Results as a run stores them, for tests: no figure here was measured."""

from __future__ import annotations

from dataclasses import fields

from bench.documents.results import Results
from bench.figure import Figure
from bench.storage import Entry, with_figures

ORIGIN: dict[str, object] = {
    "date": "2001-02-03 04:05 UTC",
    "commit": "abc1234",
    "users": 10,
    "machine": {"processor": "a processor", "cores": 2, "memory_gib": 1.0, "system": "a system"},
    "versions": {"python": "3"},
}


def entry(rows_per_second: float, peak_mb: float = 1.0, **described: object) -> Entry:
    return with_figures([Figure(int(rows_per_second), 1.0, peak_mb)], **ORIGIN, **described)


def unavailable(reason: str) -> Entry:
    return {**ORIGIN, "unavailable": reason}


def results(comparison: dict[str, Entry] | None = None, **kinds: dict[str, Entry]) -> Results:
    nothing: dict[str, dict[str, Entry]] = {field.name: {} for field in fields(Results)}
    return Results(**nothing | {"comparison": comparison or {}} | kinds)
