from __future__ import annotations

import ssl

import pytest
from faust.auth import SASLCredentials, SSLCredentials

from models.settings.environment import Settings
from streams.kafka.client import faust_credentials


def settings(protocol: str) -> Settings:
    login = {"kafka_sasl_username": "lab", "kafka_sasl_password": "correct-horse"} if "SASL" in protocol else {}
    return Settings.model_validate({"kafka_security_protocol": protocol, **login})


def test_without_security_faust_gets_no_credentials() -> None:
    assert faust_credentials(settings("PLAINTEXT")) is None


def test_tls_alone_checks_the_brokers() -> None:
    credentials = faust_credentials(settings("SSL"))
    assert isinstance(credentials, SSLCredentials)
    assert credentials.context.verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("protocol", ["SASL_SSL", "SASL_PLAINTEXT"])
def test_a_login_goes_over_tls_exactly_if_it_is_to(protocol: str) -> None:
    credentials = faust_credentials(settings(protocol))
    assert isinstance(credentials, SASLCredentials)
    assert (credentials.username, credentials.password) == ("lab", "correct-horse")
    assert (credentials.mechanism.value, credentials.protocol.value) == ("SCRAM-SHA-512", protocol)
    assert "correct-horse" not in repr(credentials)
