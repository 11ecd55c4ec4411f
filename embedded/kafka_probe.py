"""Asks a Kafka broker for its metadata over a bare socket: ready is what a client sees, not what a log says."""

import socket
import struct

from embedded.ports import LOOPBACK

TIMEOUT_SECONDS = 2.0

_METADATA_API = 3
_VERSION = 1
_CORRELATION_ID = 1
_CLIENT_ID = b"embedded"
_NO_TOPICS = 0

# The length of the brokers' list follows the response's size and correlation id.
_RESPONSE_START = struct.Struct(">iii")


def metadata_request() -> bytes:
    """A Metadata request, version 1, about no topics, with its length in front."""
    header = struct.pack(">hhih", _METADATA_API, _VERSION, _CORRELATION_ID, len(_CLIENT_ID)) + _CLIENT_ID
    body = header + struct.pack(">i", _NO_TOPICS)
    return struct.pack(">i", len(body)) + body


def serves_clients(port: int) -> bool:
    """Whether a broker on this port names at least one broker that serves clients."""
    try:
        with socket.create_connection((LOOPBACK, port), TIMEOUT_SECONDS) as connection:
            connection.sendall(metadata_request())
            received = b""
            while len(received) < _RESPONSE_START.size:
                part = connection.recv(4096)
                if not part:
                    return False
                received += part
    except OSError:
        return False
    _, correlation_id, brokers = _RESPONSE_START.unpack_from(received)
    return bool(correlation_id == _CORRELATION_ID and brokers > 0)
