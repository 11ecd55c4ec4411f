"""A TCP proxy on 127.0.0.1 that makes the network between two processes bad: slow, cut, or cut in one direction."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from enum import Enum

LOOPBACK = "127.0.0.1"
CHUNK_BYTES = 1 << 16


class Direction(Enum):
    """Which way bytes go."""

    TO_SERVER = "to server"
    TO_CLIENT = "to client"


class Proxy:
    """Forwards a port to another one; it has a thread and an event loop of its own, so that nobody holds it up."""

    def __init__(self, port: int, server_port: int) -> None:
        self.port = port
        self._server_port = server_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=f"proxy of {server_port}", daemon=True)
        self._listening = threading.Event()
        self._open = dict.fromkeys(Direction, asyncio.Event())
        self._delay = 0.0
        self._connections: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        self._thread.start()
        if not self._listening.wait(timeout=5):
            raise AssertionError(f"the proxy cannot listen on port {self.port}")

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def delay(self, seconds: float) -> None:
        """Let every chunk wait; 0 ends it."""
        self._delay = seconds

    def hold(self, direction: Direction) -> None:
        """Let nothing through this way: no error, no end of connection, only silence."""
        self._loop.call_soon_threadsafe(self._open[direction].clear)

    def release(self) -> None:
        """End all that was asked for; what was held goes on its way."""
        self._delay = 0.0
        for gate in self._open.values():
            self._loop.call_soon_threadsafe(gate.set)

    def drop_connections(self) -> None:
        """Close all connections, as a restarted router does."""
        self._loop.call_soon_threadsafe(lambda: [connection.cancel() for connection in self._connections])

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._open = {direction: asyncio.Event() for direction in Direction}
        for gate in self._open.values():
            gate.set()
        self._loop.run_until_complete(asyncio.start_server(self._serve, LOOPBACK, self.port))
        self._listening.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        writers = [writer]
        try:
            server_reader, server_writer = await asyncio.open_connection(LOOPBACK, self._server_port)
            writers.append(server_writer)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, server_writer, Direction.TO_SERVER))
                both.create_task(self._pump(server_reader, writer, Direction.TO_CLIENT))
        except (OSError, ExceptionGroup, asyncio.CancelledError):
            # One side is gone, or is to be: then so is the other.
            pass
        finally:
            self._connections.discard(task)
            for each in writers:
                with suppress(OSError):
                    each.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, direction: Direction) -> None:
        while data := await reader.read(CHUNK_BYTES):
            if self._delay:
                await asyncio.sleep(self._delay)
            await self._open[direction].wait()
            writer.write(data)
            await writer.drain()
        raise ConnectionError("closed")
