"""The table of the engines that end in Postgres."""

from __future__ import annotations

from bench.documents.markdown import origin, table, with_blocks
from bench.documents.results import NOT_MEASURED, Results
from bench.engines.engine import BULK, DEFAULT, LIVE
from bench.engines.engines import ENGINES
from bench.engines.outcome import Outcome
from bench.storage import Entry

HEADER = (
    "engine",
    "settings",
    "rows",
    "rows/s",
    "memory",
    "after corrections",
    "after SIGKILL",
    "p50 / p99, ms",
    "lines",
    "measured",
)
AGAIN = ""
"""What is not tried again with the best settings."""


def compared(results: Results) -> list[str]:
    """For each engine a line with its default settings and one with its best."""
    lines: list[list[str]] = []
    for name, engine in ENGINES.items():
        entry = results.engines.get(name)
        if entry is None or "unavailable" in entry:
            why = NOT_MEASURED if entry is None else f"does not: {entry['unavailable']}"
            lines.append([engine.title, "", "", why, *[""] * (len(HEADER) - 4)])
            continue
        lines.append(_default(entry))
        lines += [_best(entry)] if BULK in entry["words"] or LIVE in entry["words"] else []
    return table(HEADER, lines)


def readme(text: str, results: Results) -> str:
    """README with its table of engines, which has their default settings only."""
    header = ["", "rows/s", "memory", "after corrections", "after SIGKILL", "p50 / p99, ms", "lines"]
    lines = [
        [entry["title"], *_default(entry)[3:9]]
        for name in ENGINES
        if (entry := results.engines.get(name)) and "unavailable" not in entry
    ]
    return with_blocks(text, {"engines": table(header, lines) if lines else [f"{NOT_MEASURED.capitalize()}."]})


def outcome(entry: Entry, trial: str, setting: str) -> Outcome | None:
    """What came of a trial; None if it was not made."""
    found = entry["trials"].get(f"{trial}-{setting}")
    return None if found is None else Outcome(**found)


def _default(entry: Entry) -> list[str]:
    return [
        entry["title"],
        entry["words"][DEFAULT],
        f"{entry['rows']:,}",
        *_speed(outcome(entry, "drain", DEFAULT)),
        _judged(outcome(entry, "correct", DEFAULT)),
        _judged(outcome(entry, "kill", DEFAULT)),
        _latency(outcome(entry, "live", DEFAULT)),
        str(entry["lines"]),
        origin(entry),
    ]


def _best(entry: Entry) -> list[str]:
    said = [
        f"{where}: {entry['words'][name]}" for name, where in ((BULK, "bulk"), (LIVE, "live")) if name in entry["words"]
    ]
    speed = _speed(outcome(entry, "drain", BULK))
    return ["", "; ".join(said), "", *speed, AGAIN, AGAIN, _latency(outcome(entry, "live", LIVE)), "", ""]


def _speed(found: Outcome | None) -> tuple[str, str]:
    if found is None:
        return "", ""
    if found.failed is not None:
        return f"does not: {_cell(found.failed)}", ""
    wrong = "" if found.right else f", {_judged(found)}"
    fell = ", totals fall meanwhile" if found.fell else ""
    return f"{found.rows_per_second or 0:,.0f}{wrong}{fell}", f"{found.peak_mb:,.0f} MB"


def _judged(found: Outcome | None) -> str:
    if found is None:
        return ""
    if found.failed is not None:
        return f"does not: {_cell(found.failed)}"
    at = "" if found.killed_at is None else f" (at {found.killed_at:.0%})"
    if found.wrong_users:
        return f"**{found.wrong_users:,} users wrong**{at}"
    return f"**rows wrong**{at}" if found.wrong_rows else f"right{at}"


def _latency(found: Outcome | None) -> str:
    if found is None:
        return ""
    if found.failed is not None:
        return f"does not: {_cell(found.failed)}"
    return f"{found.percentiles_ms['p50']:,.0f} / {found.percentiles_ms['p99']:,.0f}"


def _cell(text: str) -> str:
    """Text that may stand in a table."""
    return text.replace("|", "/").replace("\n", " ")
