import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from embedded.kafka_probe import metadata_request, serves_clients
from embedded.ports import LOOPBACK, free_ports


@contextmanager
def broker(response: bytes) -> Iterator[int]:
    with socket.create_server((LOOPBACK, 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(response)

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_the_request_states_its_own_length() -> None:
    request = metadata_request()

    assert struct.unpack_from(">i", request)[0] == len(request) - 4


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (struct.pack(">iii", 20, 1, 1), True),
        (struct.pack(">iii", 20, 1, 0), False),
        (struct.pack(">iii", 20, 9, 1), False),
        (b"", False),
    ],
    ids=["a broker", "no broker yet", "another request's answer", "closed"],
)
def test_only_a_named_broker_counts_as_ready(response: bytes, *, expected: bool) -> None:
    with broker(response) as port:
        assert serves_clients(port) is expected


def test_a_port_without_a_listener_is_not_ready() -> None:
    assert not serves_clients(free_ports(1)[0])
