"""Ways into the broker beside the plain one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from embedded.ports import LOOPBACK


@dataclass(frozen=True, slots=True)
class ProxiedListener:
    """A second way in, for clients that come through a proxy of the caller's: they are sent back through it."""

    name: ClassVar[str] = "PROXIED"
    protocol: ClassVar[str] = "PLAINTEXT"
    properties: ClassVar[str] = ""
    format_options: ClassVar[list[str]] = []

    port: int
    """Where the broker listens, for the proxy."""
    advertised_port: int
    """Where the proxy listens, for the clients."""

    @property
    def advertised(self) -> str:
        """`host:port`, as the broker calls itself."""
        return f"{LOOPBACK}:{self.advertised_port}"


@dataclass(frozen=True, slots=True)
class SecuredListener:
    """A way in by TLS and with a password (SCRAM-SHA-512)."""

    name: ClassVar[str] = "SECURED"
    protocol: ClassVar[str] = "SASL_SSL"

    port: int
    """Where the broker listens, on 127.0.0.1."""
    keystore: Path
    """PEM file: the private key in PKCS 8 form, and the certificates that prove it."""
    passwords: Mapping[str, str] = field(default_factory=dict)
    """Of each user, by name; made with the broker's data."""

    @property
    def advertised(self) -> str:
        """`host:port`, as the broker calls itself: by a name, as certificates have it."""
        return f"localhost:{self.port}"

    @property
    def format_options(self) -> list[str]:
        """Arguments for formatting the storage, which create the users."""
        users = [f"SCRAM-SHA-512=[name={name},password={password}]" for name, password in self.passwords.items()]
        return [word for user in users for word in ("--add-scram", user)]

    @property
    def properties(self) -> str:
        """Further lines of the broker's settings."""
        prefix = f"listener.name.{self.name.lower()}"
        return f"""\
sasl.enabled.mechanisms=SCRAM-SHA-512
{prefix}.ssl.keystore.type=PEM
{prefix}.ssl.keystore.location={self.keystore}
{prefix}.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


Listener = ProxiedListener | SecuredListener
