from __future__ import annotations

from pathlib import Path

import pytest

from models.clients.kafka import client_options
from models.errors import SettingsError
from models.settings.environment import load_settings

PASSWORD = "correct-horse"  # noqa: S105  # of no server


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECURITY_PROTOCOL", "SASL_MECHANISM", "SASL_USERNAME", "SASL_PASSWORD", "SSL_CAFILE"):
        monkeypatch.delenv(f"KAFKA_{name}", raising=False)


def refused(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as told:
        load_settings()
    return str(told.value)


def test_without_settings_kafka_is_spoken_to_in_the_clear() -> None:
    assert client_options(load_settings()) == {
        "bootstrap_servers": load_settings().brokers,
        "security_protocol": "PLAINTEXT",
        "ssl_context": None,
    }


def test_every_client_is_told_the_login_and_checks_the_hosts_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    monkeypatch.setenv("KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("KAFKA_SASL_USERNAME", "lab")
    monkeypatch.setenv("KAFKA_SASL_PASSWORD_FILE", str(tmp_path / "password"))
    options = client_options(load_settings())
    assert options["sasl_mechanism"] == "SCRAM-SHA-512"
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("lab", PASSWORD)
    assert options["ssl_context"].check_hostname


@pytest.mark.parametrize("protocol", ["SASL_SSL", "SASL_PLAINTEXT"])
def test_a_login_without_a_password_is_refused(monkeypatch: pytest.MonkeyPatch, protocol: str) -> None:
    told = refused(monkeypatch, KAFKA_SECURITY_PROTOCOL=protocol, KAFKA_SASL_USERNAME="lab")
    assert f"KAFKA_SECURITY_PROTOCOL={protocol}" in told
    assert "KAFKA_SASL_PASSWORD" in told


def test_a_user_that_no_protocol_asks_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refused(monkeypatch, KAFKA_SASL_USERNAME="lab", KAFKA_SASL_PASSWORD=PASSWORD)
    assert told.startswith("KAFKA_SECURITY_PROTOCOL=PLAINTEXT: ")
    assert PASSWORD not in told


@pytest.mark.parametrize(("content", "reason"), [(None, "cannot be read: No such file"), ("text", "no certificate")])
def test_a_file_without_certificates_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None, reason: str
) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_text(content)
    told = refused(monkeypatch, KAFKA_SECURITY_PROTOCOL="SSL", KAFKA_SSL_CAFILE=str(path))
    assert told.startswith(f"KAFKA_SSL_CAFILE={path}: ")
    assert reason in told


def test_a_root_certificate_of_postgres_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"postgresql://lab:{PASSWORD}@db/features?sslmode=verify-full&sslrootcert=/nowhere.pem"
    told = refused(monkeypatch, DATABASE_URL=url)
    assert "/nowhere.pem cannot be read" in told
    assert PASSWORD not in told


def test_the_password_is_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
    monkeypatch.setenv("KAFKA_SASL_USERNAME", "lab")
    monkeypatch.setenv("KAFKA_SASL_PASSWORD", PASSWORD)
    assert PASSWORD not in repr(load_settings())
