import random
import socket

import pytest

from embedded.errors import PortUnavailableError
from embedded.ports import CANDIDATES, LOOPBACK, free_ports


def test_ports_differ_and_can_be_listened_on() -> None:
    ports = free_ports(5)

    assert len(set(ports)) == 5
    for port in ports:
        with socket.create_server((LOOPBACK, port)):
            pass


def test_a_port_in_use_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    used, free = free_ports(2)
    monkeypatch.setattr(random, "sample", lambda *_: [used, free, CANDIDATES.start])

    with socket.create_server((LOOPBACK, used)):
        assert free_ports(1) == [free]


def test_no_free_port_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    (used,) = free_ports(1)
    monkeypatch.setattr(random, "sample", lambda *_: [used])

    with socket.create_server((LOOPBACK, used)), pytest.raises(PortUnavailableError, match="stop what listens"):
        free_ports(1)
