"""How every client connects to Kafka: addresses, TLS, login. And why Kafka refused a connection."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from models.errors import KafkaUnreachableError
from models.settings.kafka_security import SecurityProtocol

if TYPE_CHECKING:
    from models.settings.environment import Settings

_LOGIN_REFUSED = (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    IllegalSaslStateError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
_ANSWER_MS = 3_000
READ_COMMITTED = "read_committed"
"""The isolation level of all that reads records: those of aborted and of open transactions do not count."""


def client_options(settings: Settings) -> dict[str, Any]:
    """Arguments that all clients of aiokafka take."""
    return {"bootstrap_servers": settings.brokers, **_security(settings)}


def ssl_context(settings: Settings) -> ssl.SSLContext | None:
    """What the brokers must prove, by certificate and host name; None without TLS."""
    if not settings.kafka_security_protocol.is_encrypted:
        return None
    return ssl.create_default_context(cafile=settings.kafka_ssl_cafile or None)


async def unreachable(settings: Settings) -> KafkaUnreachableError:
    """The error for a client that could not be started; it says why, as far as a new connection shows."""
    said = await refusal(settings)
    if said is None:
        said = "does not answer: is it running, is the address right?"
        if settings.kafka_security_protocol is not SecurityProtocol.PLAINTEXT:
            said += f" Does this port speak {settings.kafka_security_protocol}?"
    return KafkaUnreachableError(f"{address(settings)} {said}")


def address(settings: Settings) -> str:
    """Kafka, as a message names it."""
    return f"Kafka at {settings.kafka_bootstrap_servers} (KAFKA_BOOTSTRAP_SERVERS)"


async def refusal(settings: Settings) -> str | None:
    """Why a broker is there but cannot be used, completing "Kafka …"; None: it can be, or there is none.

    aiokafka's clients only say that no broker could be asked, whatever the reason.
    """
    if not (settings.kafka_security_protocol.is_encrypted or settings.kafka_security_protocol.has_login):
        return None
    for host, port, _ in collect_hosts(settings.brokers, randomize=False):
        try:
            connection = await create_conn(host, port, request_timeout_ms=_ANSWER_MS, **_security(settings))
        except ssl.SSLCertVerificationError as error:
            return (
                f"is not trusted: {host}:{port} has a certificate that is not accepted ({error.verify_message}); "
                "check KAFKA_SSL_CAFILE, and the host's name in KAFKA_BOOTSTRAP_SERVERS"
            )
        except ssl.SSLError as error:
            return f"speaks no TLS at {host}:{port} ({error.reason}); check the port and KAFKA_SECURITY_PROTOCOL"
        except _LOGIN_REFUSED as error:
            return (
                f"refuses the user {settings.kafka_sasl_username!r} ({_text(error)}); check KAFKA_SASL_USERNAME, "
                "KAFKA_SASL_PASSWORD and KAFKA_SASL_MECHANISM"
            )
        except (KafkaError, OSError, TimeoutError):
            continue
        else:
            connection.close()
    return None


def _security(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "security_protocol": settings.kafka_security_protocol.value,
        "ssl_context": ssl_context(settings),
    }
    if settings.kafka_security_protocol.has_login:
        options |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism.value,
            "sasl_plain_username": settings.kafka_sasl_username,
            "sasl_plain_password": settings.kafka_sasl_password.get_secret_value(),
        }
    return options


def _text(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
