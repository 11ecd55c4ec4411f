"""Servers that are away for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from embedded.server import EmbeddedServer


@contextmanager
def frozen(server: EmbeddedServer) -> Iterator[None]:
    """A server that takes connections, and answers none."""
    assert server.pid is not None
    main = psutil.Process(server.pid)
    processes = [main, *main.children(recursive=True)]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            # A process of Postgres' own may end as soon as the main one goes on.
            with suppress(psutil.NoSuchProcess):
                process.resume()


@contextmanager
def away(server: EmbeddedServer) -> Iterator[None]:
    """A server that was killed; started again at the end."""
    server.kill()
    try:
        yield
    finally:
        server.start()
        server.wait_ready()
