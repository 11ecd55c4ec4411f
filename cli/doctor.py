"""`ingest doctor`: is everything in place, and if not, what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Annotated

import typer

from cli.checks import Finding, examine
from cli.output import print_labels
from cli.running import reported_errors
from models.exit_codes import ExitCode
from models.json_output import print_json
from models.settings.environment import load_settings


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check Python, Kafka, Postgres, topics, lag and clocks; say what to do about what is wrong."""
    with reported_errors():
        findings = asyncio.run(examine(load_settings()))
    if as_json:
        print_json([{"check": f.check, "ok": f.ok, "found": f.found, "advice": f.advice} for f in findings])
    else:
        print_labels(*_labels(findings))
    raise typer.Exit(ExitCode.DONE if all(finding.ok for finding in findings) else ExitCode.PARTLY)


def _labels(findings: list[Finding]) -> Iterator[tuple[str, str | None]]:
    for finding in findings:
        yield f"{'ok  ' if finding.ok else 'BAD '} {finding.check}", finding.found
        yield "", None if finding.ok else f"→ {finding.advice}"
