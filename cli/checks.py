"""The checks of `ingest doctor`."""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from migrations import HEAD
from models.clients.model_in_force import difference, read_in_force
from models.clients.postgres import OLDEST_VERSION
from models.declaration.as_json import model_fingerprint
from models.declaration.in_force import model_named
from models.errors import ExactFeaturesError
from models.settings.environment import Settings
from models.topics import INPUT_TOPICS
from streams.postgres.read_only import read_only_connection
from streams.postgres.statements import READ_REVISION
from streams.queries import status_statements
from streams.queries.model import incomplete_lines, read_incomplete
from streams.queries.status import held_back, log_ends, read_status

if TYPE_CHECKING:
    from streams.postgres.connection import Connection

OLDEST_PYTHON = (3, 11)
CLOCK_SECONDS = 2.0
"""How far Postgres' clock may be from this machine's."""
LAG_AGE_SECONDS = 60.0
"""A lag counts as a standstill once nothing was applied for this long."""


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    check: str
    ok: bool
    found: str
    advice: str = ""
    """What to do if the check failed."""


async def examine(settings: Settings) -> list[Finding]:
    """Run all checks; a check whose server does not answer is a finding too."""
    checks: list[tuple[str, Callable[[Settings], Awaitable[list[Finding]]]]] = [
        ("Python", _python),
        ("Kafka", _kafka),
        ("Postgres", _postgres),
        ("lag", _lag),
    ]
    findings: list[Finding] = []
    for name, check in checks:
        try:
            findings += await check(settings)
        except ExactFeaturesError as error:
            findings.append(Finding(name, ok=False, found=str(error), advice=_ADVICE[name]))
    return findings


_ADVICE = {
    "Python": "",
    "Kafka": "start Kafka, or set KAFKA_BOOTSTRAP_SERVERS to its address; for a trial: python -m embedded bash",
    "Postgres": "start Postgres, or set DATABASE_URL to its address; for a trial: python -m embedded bash",
    "lag": "see to what is not in place above first",
}


async def _python(settings: Settings) -> list[Finding]:  # noqa: ARG001  # a check's form
    version = ".".join(map(str, sys.version_info[:3]))
    oldest = ".".join(map(str, OLDEST_PYTHON))
    return [Finding("Python", sys.version_info >= OLDEST_PYTHON, version, f"install Python {oldest} or newer")]


async def _kafka(settings: Settings) -> list[Finding]:
    ends, _ = await log_ends(settings)
    partitions = {topic: sum(1 for name, _ in ends if name == topic) for topic in INPUT_TOPICS}
    missing = [topic for topic, count in partitions.items() if not count]
    counts = ", ".join(f"{topic} {count}" for topic, count in partitions.items() if count)
    return [
        Finding("Kafka", ok=True, found=f"answers at {settings.kafka_bootstrap_servers}"),
        Finding(
            "topics",
            not missing,
            f"missing: {', '.join(missing)}" if missing else f"partitions: {counts}",
            "start the worker (ingest worker) or load a file: both create them",
        ),
    ]


async def _postgres(settings: Settings) -> list[Finding]:
    async with read_only_connection(settings) as connection:
        before = time.time()
        [rights] = await connection.fetch(status_statements.READ_RIGHTS)
        middle = (before + time.time()) / 2
        revision = await connection.fetchval(READ_REVISION) if rights["has_schema"] else None
        version = connection.get_server_version()
        models = await _model(connection, settings) if rights["has_model"] else []
    skew = (rights["now"] - datetime.fromtimestamp(middle, UTC)).total_seconds()
    may_create = rights["can_create_tables"]
    return [
        Finding(
            "Postgres",
            version.major >= OLDEST_VERSION,
            f"version {version.major}.{version.minor}, database {rights['database']}",
            f"version {OLDEST_VERSION} or newer is needed: point DATABASE_URL at one",
        ),
        Finding(
            "rights",
            # The writer of deploy/postgres/roles.sql may not, and need not where the owner has made them.
            may_create or revision is not None,
            f"{rights['name']} {'may' if may_create else 'may not'} create tables",
            f"GRANT CREATE ON SCHEMA public TO {rights['name']}",
        ),
        _tables(revision),
        *models,
        Finding(
            "clock",
            abs(skew) <= CLOCK_SECONDS,
            f"{abs(skew):.1f} s from Postgres' clock",
            "set both clocks by NTP: of two publications of a row, the one with the later time wins",
        ),
    ]


def _tables(revision: str | None) -> Finding:
    if revision is None:
        return Finding("tables", ok=False, found="none yet", advice="start the worker (ingest worker): it makes them")
    found = f"at revision {revision}"
    if revision == HEAD:
        return Finding("tables", ok=True, found=found)
    advice = "python -m streams.schema, as docs/runbook.md has it" if revision < HEAD else "install the newer release"
    return Finding("tables", ok=False, found=f"{found}; this release needs {HEAD}", advice=advice)


async def _model(connection: Connection, settings: Settings) -> list[Finding]:
    model, in_force = model_named(settings.model), await read_in_force(connection)
    filling = incomplete_lines(await read_incomplete(connection))
    if in_force is None:
        return [Finding("model", ok=False, found="none in force yet", advice="start the worker (ingest worker)")]
    is_own = in_force.fingerprint == model_fingerprint(model)
    since = f"{in_force.name} is in force since {in_force.since:%Y-%m-%d %H:%M:%S %Z}"
    return [
        Finding("model", is_own, since if is_own else difference(in_force, model), "see the runbook, Change the model"),
        *(Finding("filling", ok=False, found=line, advice="ingest model apply") for line in filling),
    ]


async def _lag(settings: Settings) -> list[Finding]:
    status = await read_status(settings)
    damaged = [
        Finding(
            "log",
            ok=False,
            found=f"{found.topic}[{found.partition}] stopped at offset {found.offset}: the batch there is damaged",
            advice=found.reason,
        )
        for found in status.damaged
    ]
    latest = max((lag.updated_at for lag in status.lags if lag.updated_at), default=None)
    age = (datetime.now(UTC) - latest).total_seconds() if latest else float("inf")
    stands_still = status.lag > 0 and age > LAG_AGE_SECONDS
    found = f"{status.lag:,} records are not applied" if status.lag else "everything is applied"
    return [
        *damaged,
        Finding(
            "lag",
            not stands_still,
            f"{found}; {held_back(status)}" if status.held_back else found,
            "is a worker running? start one with ingest worker, and see its log",
        ),
    ]
