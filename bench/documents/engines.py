"""The table of the engines that end in Postgres."""

from __future__ import annotations

from bench.documents.markdown import origin, table, times_as_fast
from bench.documents.results import NOT_MEASURED, Results
from bench.engines.engine import BULK, DEFAULT, LIVE, Engine
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
SHORT = (
    "",
    "settings",
    "rows/s",
    "ours is",
    "memory",
    "after corrections",
    "after SIGKILL",
    "p50 / p99, ms",
    "lines",
)
OURS = FROM_TOPIC, FROM_FILE = ("ours", "ours-file")
AGAIN = ""
"""What is not tried again with the best settings."""


def compared(results: Results) -> list[str]:
    """For each engine a line with its default settings and one with its best."""
    lines: list[list[str]] = []
    for name, engine in ENGINES.items():
        entry = results.engines.get(name)
        if entry is None or "unavailable" in entry:
            lines.append([engine.title, "", "", _missing(entry), *[""] * (len(HEADER) - 4)])
            continue
        lines.append(_default(entry))
        lines += [_best(entry)] if _has_best(entry) else []
    return table(HEADER, lines)


def short(results: Results) -> list[str]:
    """README's table: the same trials, and how much faster ours is."""
    lines: list[list[str]] = []
    for name, engine in ENGINES.items():
        entry = results.engines.get(name)
        if entry is None or "unavailable" in entry:
            lines.append([engine.title, "", _missing(entry), *[""] * (len(SHORT) - 3)])
            continue
        for setting, cells in (("default", _default(entry)), ("best", _best(entry))):
            if setting == "best" and not _has_best(entry):
                continue
            title = f"**{entry['title']}**" if name in OURS else entry["title"]
            found = outcome(entry, "drain", DEFAULT if setting == "default" else BULK)
            times = ours_over(results, engine, found) if name not in OURS else None
            speed, memory, *judged, lines_written = cells[3:9]
            said = setting if _has_best(entry) else ""
            lines.append(
                [
                    title if setting == "default" else "",
                    said,
                    speed,
                    times_as_fast(times),
                    memory,
                    *judged,
                    lines_written,
                ]
            )
    return table(SHORT, lines) if results.engines else [f"{NOT_MEASURED.capitalize()}."]


def ours_over(results: Results, engine: Engine, found: Outcome | None) -> float | None:
    """Our speed over another's, from the topic or, for a batch engine, from the file; None if one is not known."""
    ours = results.engines.get(FROM_FILE if engine.batch else FROM_TOPIC)
    own = outcome(ours, "drain", DEFAULT) if ours and "unavailable" not in ours else None
    if own is None or found is None or not own.rows_per_second or not found.rows_per_second:
        return None
    return own.rows_per_second / found.rows_per_second


def over_dlt(results: Results) -> float | None:
    """Our speed from the file over that of dlt's quicker setting; None if one is not known."""
    name = "dlt"
    entry = results.engines.get(name)
    if entry is None or "unavailable" in entry:
        return None
    ratios = [ours_over(results, ENGINES[name], outcome(entry, "drain", setting)) for setting in (DEFAULT, BULK)]
    return min((ratio for ratio in ratios if ratio is not None), default=None)


def outcome(entry: Entry, trial: str, setting: str) -> Outcome | None:
    """What came of a trial; None if it was not made."""
    found = entry["trials"].get(f"{trial}-{setting}")
    return None if found is None else Outcome(**found)


def _missing(entry: Entry | None) -> str:
    return NOT_MEASURED if entry is None else f"does not: {entry['unavailable']}"


def _has_best(entry: Entry) -> bool:
    return BULK in entry["words"] or LIVE in entry["words"]


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
    cold = " cold" if found.measured == found.rows else ""
    return f"{found.rows_per_second or 0:,.0f}{cold}{wrong}{fell}", f"{found.peak_mb:,.0f} MB"


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
