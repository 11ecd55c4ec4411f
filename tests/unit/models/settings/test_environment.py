from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import SettingsError
from models.settings.environment import load_settings


def test_defaults_are_localhost(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL", "STORE_DIR", "WEB_PORT"):
        monkeypatch.delenv(variable, raising=False)
    settings = load_settings()
    assert settings.brokers == ["localhost:9092"]
    assert settings.database_url.startswith("postgresql://")
    assert settings.web_port == 8000


def test_brokers_may_be_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "one:9092, two:9093")
    assert load_settings().brokers == ["one:9092", "two:9093"]


@pytest.mark.parametrize(
    ("variable", "value"), [("DATABASE_URL", "mysql://x"), ("TOPIC_PARTITIONS", "0"), ("WEB_PORT", "many")]
)
def test_an_unusable_value_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=f"{variable}={value}"):
        load_settings()


TOKEN = "0123456789abcdef"  # noqa: S105  # of no worker


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the files are that the environment names, which names nothing else."""
    for variable in ("DATABASE_URL", "WEB_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv(f"{variable}_FILE", str(tmp_path / variable.lower()))
    (tmp_path / "database_url").write_text("postgresql://lab:s3cret@db/features\n")
    (tmp_path / "web_token").write_text(f"{TOKEN}\n")
    return tmp_path


@pytest.mark.usefixtures("secrets")
def test_secrets_come_from_the_files_that_are_named() -> None:
    settings = load_settings()
    assert settings.database_url == "postgresql://lab:s3cret@db/features"
    assert settings.web_token.get_secret_value() == TOKEN


@pytest.mark.usefixtures("secrets")
def test_a_variable_goes_before_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://other/")
    assert load_settings().database_url == "postgresql://other/"


@pytest.mark.usefixtures("secrets")
def test_an_empty_variable_leaves_it_to_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_TOKEN", "")
    assert load_settings().web_token.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "cannot be read: No such file"), (b"\n", "empty"), (b"\xff", "UTF-8")]
)
def test_a_file_that_gives_nothing_is_named(secrets: Path, content: bytes | None, reason: str) -> None:
    path = secrets / "web_token"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=f"WEB_TOKEN_FILE={path}: .*{reason}"):
        load_settings()


@pytest.mark.parametrize("token", ["short", "0123456789abcdef\n0", "0123456789abcdefä", "0123456789 abcdef"])
def test_a_token_that_is_weak_or_no_header_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("WEB_TOKEN", token)
    with pytest.raises(SettingsError, match=r"WEB_TOKEN=\*\*\*: .*16 characters") as told:
        load_settings()
    assert token not in str(told.value)


@pytest.mark.usefixtures("secrets")
def test_the_token_is_not_shown_with_the_settings() -> None:
    assert TOKEN not in repr(load_settings())
