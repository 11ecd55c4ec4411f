"""Settings, all from environment variables, all with defaults that suit one machine."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.errors import SettingsError


class Settings(BaseSettings):
    """Where Kafka and Postgres are and how this process uses them; each field is a variable in capitals."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True)

    kafka_bootstrap_servers: str = Field("localhost:9092", description="Kafka brokers, host:port,host:port")
    database_url: str = Field(
        "postgresql://postgres@localhost:5432/postgres",
        description="Postgres 18 or newer, a postgresql:// address",
    )
    topic_partitions: int = Field(4, ge=1, le=1000, description="partitions of a topic created by us")
    topic_replication: int = Field(1, ge=1, le=10, description="replicas of a topic created by us")
    max_batch_records: int = Field(200_000, ge=1, description="most records of one transaction")
    max_batch_bytes: int = Field(
        4 * 1024**2, ge=2 * 1024**2, description="most bytes fetched at once of one partition, as on the wire"
    )
    delivery_timeout: float = Field(
        60, gt=0, le=3600, description="seconds that Kafka may be away before a load gives up"
    )
    data_dir: Path = Field(Path("data"), description="folder that the web page /etl/ loads")
    store_dir: Path = Field(Path(".store"), description="folder of the worker's RocksDB tables")
    web_port: int = Field(8000, ge=1, le=65535, description="port of the worker's web server")
    web_host: str = Field("127.0.0.1", description="address that the worker's web server binds")
    loader: str = Field("producers.loading:load", description="the function that /etl/ calls, as module:name")

    @field_validator("database_url")
    @classmethod
    def _plain_postgres_address(cls, url: str) -> str:
        if urlsplit(url).scheme not in {"postgresql", "postgres"}:
            msg = "must begin with postgresql:// (the address that psql takes)"
            raise ValueError(msg)
        return url

    @property
    def brokers(self) -> list[str]:
        """The bootstrap servers as a list of host:port."""
        return [server.strip() for server in self.kafka_bootstrap_servers.split(",") if server.strip()]

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address as SQLAlchemy takes it, for asyncpg."""
        return "postgresql+asyncpg://" + self.database_url.split("://", 1)[1]


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a variable's value cannot be used; the message names it.
    """
    try:
        # Every field has a default, but the plugin of mypy cannot see that values come from the environment.
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        variable = str(first["loc"][0]).upper()
        raise SettingsError(f"{variable}={first['input']!s}: {first['msg']}") from error
