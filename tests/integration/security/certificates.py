"""Certificates that are made for one run of the tests."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

NAME = "localhost"
"""The only host that the servers' certificate is good for; 127.0.0.1 is another name."""


@dataclass(frozen=True)
class Certificates:
    """Files in PEM form."""

    authority: Path
    """Vouches for the servers."""
    other_authority: Path
    """Does not."""
    keystore: Path
    """A server's private key and certificate, as Kafka wants them."""

    def server_context(self) -> ssl.SSLContext:
        """TLS as a server with that certificate speaks it."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.keystore)
        return context


def made_in(folder: Path) -> Certificates:
    made = Certificates(folder / "authority.pem", folder / "other.pem", folder / "keystore.pem")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(made.authority)
    trustme.CA().cert_pem.write_to_path(made.other_authority)
    issued = authority.issue_cert(NAME)
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    made.keystore.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for certificate in issued.cert_chain_pems:
        certificate.write_to_path(made.keystore, append=True)
    return made
