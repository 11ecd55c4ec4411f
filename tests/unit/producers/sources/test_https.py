"""Addresses with a certificate, by the command: what it trusts is settled when it starts."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from tests.unit.producers.sources.test_remote import COMPOUNDS, Quiet


class QuietServer(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that does not trust the certificate hangs up."""


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def address(authority: trustme.CA, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "compounds.csv").write_bytes(COMPOUNDS)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with QuietServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}/compounds.csv"
        finally:
            server.shutdown()
            thread.join()


def checked(address: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", "load", address, "--dry-run", "--json"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_file_behind_a_trusted_certificate_is_read(address: str, authority: trustme.CA, tmp_path: Path) -> None:
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    done = checked(address, SSL_CERT_FILE=str(file))
    assert done.returncode == 1, done.stderr  # one of its rows is bad
    report = json.loads(done.stdout)
    assert (report["published"], report["rejected"]) == (1, 1)


def test_a_certificate_of_an_unknown_authority_is_refused_and_told(address: str) -> None:
    done = checked(f"{address}?token=hidden")
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"{address}: cannot be read (the certificate of the server is not trusted: ")
    assert "name the file of that one's certificate in SSL_CERT_FILE" in line
    assert "hidden" not in line


def test_a_certificate_for_another_host_is_refused(address: str, authority: trustme.CA, tmp_path: Path) -> None:
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    done = checked(address.replace("127.0.0.1", "localhost"), SSL_CERT_FILE=str(file))
    assert done.returncode == 2
    assert "certificate is not valid for 'localhost'" in done.stderr
