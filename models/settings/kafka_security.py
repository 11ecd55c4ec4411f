"""Settings of the connection to Kafka: encrypted or not, with a login or without."""

from __future__ import annotations

import ssl
from enum import StrEnum

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings


class SecurityProtocol(StrEnum):
    """Kafka's own names of the four ways."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"

    @property
    def is_encrypted(self) -> bool:
        """Whether connections use TLS."""
        return self in {SecurityProtocol.SSL, SecurityProtocol.SASL_SSL}

    @property
    def has_login(self) -> bool:
        """Whether a user name and a password are asked for."""
        return self in {SecurityProtocol.SASL_PLAINTEXT, SecurityProtocol.SASL_SSL}


class SaslMechanism(StrEnum):
    """Ways to log in with a password."""

    SCRAM_SHA_512 = "SCRAM-SHA-512"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    PLAIN = "PLAIN"


class KafkaSecuritySettings(BaseSettings):
    """Part of `models.settings.environment.Settings`."""

    kafka_sasl_mechanism: SaslMechanism = Field(
        SaslMechanism.SCRAM_SHA_512, description="how to log in: SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN"
    )
    kafka_sasl_username: str = Field("", description="user of Kafka")
    kafka_sasl_password: SecretStr = Field(SecretStr(""), description="password of the user of Kafka")
    kafka_ssl_cafile: str = Field(
        "", description="PEM file of the certificates that vouch for the brokers; none: the system's"
    )
    # Last, as it is judged by the others.
    kafka_security_protocol: SecurityProtocol = Field(
        SecurityProtocol.PLAINTEXT,
        validate_default=True,
        description="how to speak to Kafka: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
    )

    @field_validator("kafka_ssl_cafile")
    @classmethod
    def _certificates(cls, path: str) -> str:
        if path:
            check_certificates(path)
        return path

    @field_validator("kafka_security_protocol")
    @classmethod
    def _fits_the_others(cls, protocol: SecurityProtocol, info: ValidationInfo) -> SecurityProtocol:
        others = info.data
        # A missing file was rejected before, and that is reported.
        username, password = others.get("kafka_sasl_username", "?"), others.get("kafka_sasl_password", SecretStr("?"))
        if protocol.has_login and not (username and password.get_secret_value()):
            msg = "needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD (or KAFKA_SASL_PASSWORD_FILE)"
            raise ValueError(msg)
        if not protocol.has_login and username not in {"", "?"}:
            msg = "does not use KAFKA_SASL_USERNAME: set SASL_SSL, or leave the user out"
            raise ValueError(msg)
        if not protocol.is_encrypted and others.get("kafka_ssl_cafile"):
            msg = "does not use KAFKA_SSL_CAFILE: set SSL or SASL_SSL, or leave the file out"
            raise ValueError(msg)
        return protocol


def check_certificates(path: str) -> None:
    """The file holds certificates.

    Raises:
        ValueError: it cannot be read, or holds none.
    """
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        msg = f"{path} holds no certificate in PEM form"
        raise ValueError(msg) from None
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}"
        raise ValueError(msg) from None
