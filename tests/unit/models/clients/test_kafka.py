from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
MODULES = sorted(
    path
    for package in ("cli", "migrations", "models", "producers", "streams")
    for path in (ROOT / package).rglob("*.py")
    if path.name not in {"kafka_clients.py", "engine.py"}
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_client_is_made_without_the_security_that_is_set(path: Path) -> None:
    source = path.read_text()
    assert "bootstrap_servers=" not in source, "take models.clients.kafka.client_options"
    assert "create_async_engine(" not in source, "take models.clients.engine.open_engine"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_connections_to_postgres_are_made_in_one_place(path: Path) -> None:
    if path != ROOT / "models/clients/postgres.py":
        assert "asyncpg.connect(" not in path.read_text(), "take models.clients.postgres.connected"
