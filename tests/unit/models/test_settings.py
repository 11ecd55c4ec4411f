from __future__ import annotations

import pytest

from models.errors import SettingsError
from models.settings import load_settings


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


def test_sqlalchemy_gets_the_same_address_with_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@db:5433/lab")
    assert load_settings().sqlalchemy_url == "postgresql+asyncpg://me@db:5433/lab"


@pytest.mark.parametrize(
    ("variable", "value"), [("DATABASE_URL", "mysql://x"), ("TOPIC_PARTITIONS", "0"), ("WEB_PORT", "many")]
)
def test_an_unusable_value_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=f"{variable}={value}"):
        load_settings()
