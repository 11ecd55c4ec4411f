"""The chart beside docs/performance.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure as Canvas

from bench.documents.results import Results
from bench.measurements import MEASUREMENTS
from bench.storage import Entry, figure_of

SIZE_INCHES = (11, 13)
OURS, PEERS = "tab:blue", "tab:gray"
LABEL_ROOM = 3
FIRST_SECOND = 1
"""Before it a process only starts."""


def draw(results: Results, path: Path) -> None:
    """Write the PNG: speeds, memory over time, latency by rate."""
    canvas = Canvas(figsize=SIZE_INCHES, layout="constrained")
    speeds, memory, latency = canvas.subplots(3, 1, height_ratios=[5, 3, 3])
    _speeds(speeds, results)
    _memory(memory, results)
    _latency(latency, results)
    # Without the library's version in it: the file changes with the results only.
    canvas.savefig(path, dpi=110, metadata={"Software": None})


def _speeds(axes: Any, results: Results) -> None:  # noqa: ANN401  # matplotlib is not followed by mypy
    shown = [(MEASUREMENTS[name].title, speed) for name in MEASUREMENTS if (speed := results.speed(name))]
    shown.reverse()
    titles = [title for title, _ in shown]
    colours = [OURS if title.startswith("our") else PEERS for title in titles]
    bars = axes.barh(titles, [speed for _, speed in shown], color=colours)
    axes.bar_label(bars, fmt="{:,.0f}", padding=3)
    axes.set_xscale("log")
    if shown:
        # Room for the labels behind the bars.
        axes.set_xlim(right=LABEL_ROOM * max(speed for _, speed in shown))
    axes.set_title("Rows per second (logarithmic)")


def _memory(axes: Any, results: Results) -> None:  # noqa: ANN401  # see above
    for name, entry in results.growth.items():
        kind, _, rows = name.partition("-")
        _line(axes, entry, f"{kind}, {int(rows):,} rows", "--" if kind == "producer" else "-")
    for entry in results.soak.values():
        _line(axes, entry, f"worker, {entry['rate']:,.0f} rows/s", ":")
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("seconds since the process started (logarithmic)")
    axes.set_title("Resident memory, MB")
    _legend(axes)


def _line(axes: Any, entry: Entry, label: str, style: str) -> None:  # noqa: ANN401  # see above
    figure = figure_of(entry)
    samples = [sample for sample in figure.memory if sample[0] >= FIRST_SECOND] if figure else []
    axes.plot([age for age, _ in samples], [resident for _, resident in samples], style, label=label)


def _latency(axes: Any, results: Results) -> None:  # noqa: ANN401  # see above
    entries = sorted(results.latency.values(), key=lambda entry: float(entry["rate"]))
    found = [(entry["rate"], figure.percentiles_ms) for entry in entries if (figure := figure_of(entry))]
    for percentile in found[0][1] if found else ():
        points = [values[percentile] for _, values in found]
        axes.plot([rate for rate, _ in found], points, marker="o", label=percentile)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("rows/s offered")
    axes.set_title("Latency from due to visible, ms")
    _legend(axes)


def _legend(axes: Any) -> None:  # noqa: ANN401  # see above
    if axes.get_legend_handles_labels()[0]:
        axes.legend()
