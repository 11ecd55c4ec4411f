"""Settings, all from environment variables, all with defaults that suit one machine."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from models.errors import SettingsError
from models.kafka_format.codecs import Codec
from models.settings.kafka_security import KafkaSecuritySettings, check_certificates
from models.settings.log_format import LogFormat
from models.settings.secret_files import SECRETS, values_of_files


def is_path(model: str) -> bool:
    """Whether the name of a model is that of a file; else it is that of a module."""
    return model.endswith(".py") or "/" in model


def from_any_folder(model: str) -> str:
    """The name of a model by which processes in other folders find it too."""
    return str(Path(model).resolve()) if is_path(model) else model


_TOKEN = re.compile(r"[\w.~+/-]{16,}=*", re.ASCII)


class Settings(KafkaSecuritySettings):
    """Where Kafka and Postgres are and how this process uses them; each field is a variable in capitals."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True)

    kafka_bootstrap_servers: str = Field("localhost:9092", description="Kafka brokers, host:port,host:port")
    database_url: str = Field(
        "postgresql://postgres@localhost:5432/postgres",
        description="Postgres 18 or newer, a postgresql:// address",
    )
    model: str = Field("models.lab", description="the model that declares rows and features: a file ….py or a module")
    topic_partitions: int = Field(4, ge=1, le=1000, description="partitions of a topic created by us")
    topic_replication: int = Field(1, ge=1, le=10, description="replicas of a topic created by us")
    max_batch_records: int = Field(750_000, ge=1, description="most records of one transaction")
    max_batch_bytes: int = Field(
        2 * 1024**2, ge=2 * 1024**2, description="most bytes fetched at once of one partition, as on the wire"
    )
    delivery_timeout: float = Field(
        60, gt=0, le=3600, description="seconds that Kafka may be away before a load gives up"
    )
    kafka_compression: Codec = Field(
        Codec.NONE, description="how our producer compresses rows: none, gzip, snappy, lz4 or zstd"
    )
    data_dir: Path = Field(Path("data"), description="folder that the web page /etl/ loads")
    store_dir: Path = Field(Path(".store"), description="folder of the worker's RocksDB tables")
    web_port: int = Field(8000, ge=1, le=65535, description="port of the worker's web server")
    web_host: str = Field("127.0.0.1", description="address that the worker's web server binds")
    web_token: SecretStr = Field(SecretStr(""), description="what a request that loads must bring as its bearer token")
    web_without_token: bool = Field(
        False,  # noqa: FBT003  # the default's value
        description="whether the web server may bind an address that is not loopback without a token",
    )
    max_upload_bytes: int = Field(
        1024**3, ge=1, description="most bytes of the files of one request that the web page /loads takes"
    )
    log_format: LogFormat = Field(
        LogFormat.AUTO, description="form of the worker's log: auto (text on a terminal, else json), json or text"
    )
    loader: str = Field("producers.load.loading:load", description="the function that /etl/ calls, as module:name")

    @field_validator("database_url")
    @classmethod
    def _plain_postgres_address(cls, url: str) -> str:
        if urlsplit(url).scheme not in {"postgresql", "postgres"}:
            msg = "must begin with postgresql:// (the address that psql takes)"
            raise ValueError(msg)
        for path in parse_qs(urlsplit(url).query).get("sslrootcert", []):
            check_certificates(path)
        return url

    @field_validator("model")
    @classmethod
    def _from_any_folder(cls, name: str) -> str:
        return from_any_folder(name)

    @field_validator("web_token")
    @classmethod
    def _long_bearer_token(cls, token: SecretStr) -> SecretStr:
        # RFC 6750's alphabet: it goes through a header as it is.
        if token.get_secret_value() and not _TOKEN.fullmatch(token.get_secret_value()):
            msg = "must have at least 16 characters, of A-Z a-z 0-9 - . _ ~ + / only: openssl rand -hex 32 makes one"
            raise ValueError(msg)
        return token

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # pydantic-settings' signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then files, then variables: a file counts only where its variable is empty."""
        files = InitSettingsSource(settings_cls, init_kwargs=dict(values_of_files()))
        return init_settings, files, env_settings

    @property
    def brokers(self) -> list[str]:
        """The bootstrap servers as a list of host:port."""
        return [server.strip() for server in self.kafka_bootstrap_servers.split(",") if server.strip()]


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a variable's value, or the file that it names, cannot be used; the message names it.
    """
    try:
        # Every field has a default, but the plugin of mypy cannot see that values come from the environment.
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        value = "***" if field in _NEVER_SHOWN else _without_password(str(first["input"]))
        raise SettingsError(f"{field.upper()}={value}: {first['msg']}") from None


_NEVER_SHOWN = {*SECRETS} - {"database_url"}
_PASSWORD = re.compile(r"(?<=://)([^:@/]*):[^@]*@")


def _without_password(value: str) -> str:
    """The value with the password of an address left out."""
    return _PASSWORD.sub(r"\1:***@", value)
