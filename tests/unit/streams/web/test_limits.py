"""Slow, large and many requests, sent over real connections."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest
from aiohttp import web

from streams.web.limits import LimitedRunner, Limits, timely_bodies
from tests.conditions import until

LOOPBACK = "127.0.0.1"
QUICK = Limits(head_seconds=0.5, linger_seconds=0.5, body_grace_seconds=0.5, body_bytes_per_second=1000)
POST = b"POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
GET = b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
LIMIT_SECONDS = 20


@asynccontextmanager
async def served(limits: Limits) -> AsyncIterator[int]:
    """The port of a server with these limits."""

    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    async def length(request: web.Request) -> web.Response:
        size = 0
        async for block in request.content.iter_any():
            size += len(block)
        return web.Response(text=str(size))

    async def slow(request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(3 * limits.body_grace_seconds)  # the handler's own time
        return web.Response(text="done")

    app = web.Application(middlewares=[timely_bodies(limits)])
    app.add_routes([web.get("/hello", hello), web.post("/length", length), web.post("/slow", slow)])
    runner = LimitedRunner(app, limits)
    await runner.setup()
    site = web.TCPSite(runner, LOOPBACK, 0)
    await site.start()
    try:
        yield site.port
    finally:
        await runner.cleanup()


async def trickled(port: int, begin: bytes, piece: bytes) -> bytes:
    """What a server says to a client that sends the beginning, then a piece every now and then until it is cut off."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    answer = asyncio.create_task(_until_cut_off(reader))
    writer.write(begin)
    end = time.monotonic() + LIMIT_SECONDS
    while not answer.done():
        assert time.monotonic() < end, "the server puts up with it"
        writer.write(piece)
        await asyncio.wait([answer], timeout=0.1)
    writer.close()
    return answer.result()


async def _until_cut_off(reader: asyncio.StreamReader) -> bytes:
    """All that comes; piece by piece, as a reset of the connection takes what was not read yet with it."""
    found = b""
    with suppress(ConnectionResetError):
        while piece := await reader.read(4096):
            found += piece
    return found


async def said(port: int, request: bytes) -> bytes:
    """What the server answers to a request, up to its pause."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(4096), LIMIT_SECONDS)
    writer.close()
    return answer


@pytest.mark.parametrize("begin", [b"GET /hello HTTP/1.1\r\nHost: x\r\n", GET + b"GET /hello HTTP/1.1\r\n"])
async def test_a_client_that_sends_header_after_header_is_cut_off(begin: bytes) -> None:
    async with served(replace(QUICK, headers=100_000)) as port:
        answer = await trickled(port, begin, b"X-Slow: 1\r\n")
    assert answer.count(b"200 OK") == begin.count(b"\r\n\r\n")


async def test_a_client_that_sends_nothing_is_cut_off() -> None:
    async with served(QUICK) as port:
        assert await trickled(port, b"", b"") == b""


async def test_a_body_that_comes_byte_by_byte_is_refused() -> None:
    async with served(QUICK) as port:
        answer = await trickled(port, POST, b"1")
    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_a_body_that_comes_fast_enough_is_taken_however_long_it_takes() -> None:
    async with served(QUICK) as port:
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(POST)
        for _ in range(20):
            writer.write(b"x" * 50_000)
            await writer.drain()
            await asyncio.sleep(0.1)
        assert b"\r\n\r\n1000000" in await asyncio.wait_for(reader.read(4096), LIMIT_SECONDS)
        writer.close()


async def test_the_time_that_an_answer_takes_is_not_the_clients() -> None:
    async with served(QUICK) as port:
        answer = await said(port, b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")
    assert b"\r\n\r\ndone" in answer


async def test_one_connection_too_many_is_told_so_and_the_next_one_served_when_another_ends() -> None:
    async with served(replace(QUICK, connections=2, head_seconds=LIMIT_SECONDS)) as port:
        held = [await asyncio.open_connection(LOOPBACK, port) for _ in range(2)]
        # Both are known to the server once it has answered on them.
        for reader, writer in held:
            writer.write(GET)
            assert b"200 OK" in await reader.read(4096)
        assert (await said(port, GET)).startswith(b"HTTP/1.1 503 ")
        held[0][1].close()

        async def is_served() -> bool:
            return b"200 OK" in await said(port, GET)

        await until(is_served, "there is room again")
        held[1][1].close()


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /hello HTTP/1.1\r\nHost: x\r\nX-Large: " + b"a" * 9000 + b"\r\n\r\n",
        b"GET /hello HTTP/1.1\r\nHost: x\r\n" + b"X-Many: 1\r\n" * 200 + b"\r\n",
    ],
    ids=["line", "header", "headers"],
)
async def test_a_head_that_is_too_large_is_refused(request_: bytes) -> None:
    async with served(QUICK) as port:
        assert re.match(rb"HTTP/1\.[01] 400 ", await said(port, request_))
