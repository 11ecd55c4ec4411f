"""Free TCP ports on the loopback address."""

import random
import socket

from embedded.errors import PortUnavailableError

LOOPBACK = "127.0.0.1"

# Below the range from which Linux and macOS take the ports of outgoing connections. From inside that range, a
# client which retries while its server is down can be given the server's own port as its source and so
# connect to itself, after which the server cannot take its port back.
CANDIDATES = range(20_000, 32_000)

ATTEMPTS = 200


def free_ports(count: int) -> list[int]:
    """Different ports on 127.0.0.1 that nothing listens on now.

    Raises:
        PortUnavailableError: too few of the candidates are free.
    """
    found: list[int] = []
    for port in random.sample(CANDIDATES, ATTEMPTS):
        if len(found) == count:
            return found
        if _is_free(port):
            found.append(port)
    raise PortUnavailableError(
        f"no {count} free ports found on {LOOPBACK} between {CANDIDATES.start} and {CANDIDATES.stop} "
        f"in {ATTEMPTS} attempts; stop what listens there"
    )


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as candidate:
        try:
            candidate.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
